/** Five mails that nobody was sent. Data only. */

export interface Mail {
  readonly from: string;
  readonly subject: string;
  readonly text: string;
}

export const mails: readonly Mail[] = [
  {
    from: 'Anna Berg',
    subject: 'Invoice 4411',
    text: 'Hello, please pay the invoice of 420 euros for the office chairs by Friday. Thank you, Anna Berg',
  },
  {
    from: 'Jonas Weber',
    subject: 'Meeting on Tuesday',
    text: 'Hi, can we meet on Tuesday at 10 to talk about the new website? Jonas',
  },
  {
    from: 'Deals of the Day',
    subject: 'Only today: 50 % off',
    text: 'Buy now and save 50 % on all garden furniture! Offer ends at midnight.',
  },
  {
    from: 'Mei Chen',
    subject: 'Key for the archive',
    text: 'Good morning, who has the key for the archive on the third floor? I need it this week. Mei Chen',
  },
  {
    from: 'City Waterworks',
    subject: 'Your bill for October',
    text: 'Dear customer, your bill of 63 euros is due on 15 December. You find the details in your account.',
  },
];
