/** What a newcomer finds on the desk. Data only; days count from today. */

export const sampleNotes = [
  'The spare key is with the neighbours on the second floor.',
  'Lena is allergic to nuts.',
] as const;

export const sampleTodos = [
  'Call the landlord about the boiler',
  'Order birthday invitations',
  'Return the library books',
] as const;

export const sampleEvents = [
  { title: 'Dentist', inDays: 1, hour: 9 },
  { title: 'Dinner with Omar', inDays: 2, hour: 19 },
] as const;

export const sampleDocument = {
  name: 'boiler-manual.txt',
  text: `Boiler B-200, short manual.
Pressure: the needle should stand between 1 and 2 bar. Below 1 bar, open the filling tap slowly until it does.
Error E4: the filter is blocked. Close the tap, unscrew the filter, rinse it, put it back.
Warranty: two years from the day of delivery. Keep the receipt.
Service: once a year, before winter. Telephone 555 0199.`,
} as const;
