/** Families: messages, texts, people. */
import { integers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { email, eventTitle, fileName, firstName, fullName, person, sentence, topic } from '../values.ts';
import { clockTime, date, isoDate, lines, words } from './family-values.ts';
import { flag, integer, listOf, maybe, object, oneOf, strings, text } from './family.ts';
import type { Family } from './family.ts';

const quoted: Make = (draw) => {
  const { text: said } = sentence(draw);
  return { text: `"${said}"`, value: said };
};
const document: Make = fileName(['pdf', 'docx', 'txt', 'md', 'xlsx', 'csv', 'png']);
const languages = [
  'French',
  'German',
  'Spanish',
  'Italian',
  'Japanese',
  'Polish',
  'Dutch',
  'Korean',
] as const;
const language: Make = (draw) => {
  const value = draw.pick(languages);
  return { text: value, value };
};

export const messagesFamilies: readonly Family[] = [
  {
    id: 'send_email',
    domain: 'messages',
    names: 'send email|mail: send|compose email|email send|write mail',
    descriptions: 'Sends an e-mail.|Writes and sends a mail.|Sends a message by e-mail.',
    parameters: {
      to: text('to|recipient|address|recipient email', email),
      subject: text('subject|title|subject line', topic),
      body: text('body|message|content|text', quoted),
      urgent: maybe(flag('high priority|urgent|is important')),
    },
    requests: lines(`send an email to {to} with the subject {subject} saying {body}
email {to}: subject {subject}, text {body}
write to {to} about {subject}: {body}
compose a mail to {to}. The subject is {subject} and the text {body}
mail {to} the message {body} with subject {subject}[, {urgent:mark it urgent|no need to mark it urgent}]
send {body} to {to}, subject line {subject}
I want to email {to}. Subject: {subject}. Body: {body}`),
    asks: [
      ['send an email to {to}', 'What should it say, and with which subject?'],
      ['email {body} with the subject {subject}', 'To whom?'],
      ['email {to} about {subject}', 'What should the text be?'],
    ],
  },
  {
    id: 'send_text',
    domain: 'messages',
    names: 'send message|sms: send|text contact|send sms|message contact',
    descriptions: 'Sends a text message to a contact.|Texts somebody.|Sends an SMS.',
    parameters: {
      contact: text('contact|recipient|to|name', person),
      message: text('message|text|content', quoted),
      silent: maybe(flag('silent|no sound|quiet')),
    },
    requests: lines(`text {contact} {message}
send a message to {contact}: {message}
tell {contact} {message}
message {contact} that reads {message}
write {contact} a text saying {message}[, {silent:silently|with sound}]
send {message} to {contact}
let {contact} know: {message}
text {contact+}: {message}`),
    asks: [
      ['text {contact}', 'What should the message say?'],
      ['send the message {message}', 'To whom?'],
    ],
    like: ['send_email', 'post'],
  },
  {
    id: 'call',
    domain: 'messages',
    names: 'start call|call contact|phone: call|make call|dial contact',
    descriptions: 'Calls a contact.|Starts a phone or video call.|Rings somebody up.',
    parameters: {
      contact: text('contact|name|person|callee', person),
      video: maybe(flag('video|with video|is video')),
      speaker: maybe(flag('speaker|on speaker|speakerphone')),
    },
    requests: lines(`call {contact}
call {contact} {video:with video|without video}
ring {contact}[ on speaker{speaker=true}]
start a {video:video|voice-only} call with {contact}
phone {contact}, {speaker:on speaker|not on speaker}
I need to talk to {contact}, call them
get {contact} on the phone
make a call to {contact}`),
    asks: [
      ['make a video call{video=true}', 'Whom should I call?'],
      ['call someone on speaker{speaker=true}', 'Whom should I call?'],
    ],
  },
  {
    id: 'post',
    domain: 'messages',
    names: 'create post|social: post|publish post|share post|post update',
    descriptions: 'Publishes a post.|Shares a text on a social network.|Posts an update.',
    parameters: {
      text: text('text|content|message', quoted),
      network: oneOf('network|platform|where', ['mastodon', 'linkedin', 'blog', 'forum'], {
        mastodon: ['Mastodon'],
        linkedin: ['LinkedIn'],
        blog: ['the blog'],
        forum: ['the forum'],
      }),
      public: maybe(flag('public|is public|visible to all')),
    },
    requests: lines(`post {text} on {network}
share {text} on {network}
publish {text} to {network}, {public:public|not public}
put {text} up on {network}
write a post on {network}: {text}
create a {public:public|private} post on {network} that says {text}
I'd like to post {text} on {network}`),
    asks: [
      ['post {text}', 'Where?'],
      ['share something on {network}', 'What should it say?'],
    ],
  },
  {
    id: 'translate',
    domain: 'text',
    names: 'translate text|translate|language: translate|text translation|translator',
    descriptions: 'Translates a text.|Translation into another language.|Says a text in another language.',
    parameters: {
      text: text('text|content|input', quoted),
      to: text('target language|to|language', language),
      formal: maybe(flag('formal|is formal|polite')),
    },
    requests: lines(`translate {text} into {to}
how do you say {text} in {to}?
what is {text} in {to}?
say {text} in {to}
translate {text} to {to}, {formal:formal|informal} please
I need {text} in {to}
put {text} into {formal:formal|informal} {to}
give me the {to} translation of {text}`),
    asks: [
      ['translate {text}', 'Into which language?'],
      ['translate something into {to}', 'What should be translated?'],
    ],
  },
  {
    id: 'count_words',
    domain: 'text',
    names: 'count words|text: count|word count|count text|text length',
    descriptions: 'Counts words, characters or sentences of a text.|Measures a text.|Word count.',
    parameters: {
      text: text('text|input|content', quoted),
      unit: oneOf('unit|what|count', ['words', 'characters', 'sentences']),
      spaces: maybe(flag('include spaces|count spaces|with spaces')),
    },
    requests: lines(`how many {unit} are in {text}?
count the {unit} of {text}
{text}: how many {unit} is that?
count {unit} in {text}
tell me the number of {unit} in {text}
what's the number of {unit} in {text}, {spaces:counting|not counting} spaces?
give me the {unit} count of {text}`),
    asks: [
      ['count the {unit}', 'Of which text?'],
      ['measure {text}', 'Words, characters or sentences?'],
    ],
  },
  {
    id: 'change_case',
    domain: 'text',
    names: 'change case|convert case|text: case|format text|transform text',
    descriptions:
      'Changes the case of a text.|Writes text in upper, lower, title or snake case.|Converts letter case.',
    parameters: {
      text: text('text|input|string', quoted),
      style: oneOf('case|style|format', ['upper', 'lower', 'title', 'snake'], {
        upper: ['upper case', 'uppercase', 'capital letters'],
        lower: ['lower case', 'lowercase', 'small letters'],
        title: ['title case'],
        snake: ['snake case'],
      }),
      trim: maybe(flag('trim|strip spaces|remove spaces')),
    },
    requests: lines(`write {text} in {style}
change {text} to {style}
put {text} in {style}
convert {text} to {style}[ and trim it{trim=true}]
I want {text} in {style}
turn {text} into {style}, {trim:trimmed|don't trim it}
{text} in {style} please`),
    asks: [
      ['write {text} in another case', 'Upper, lower, title or snake case?'],
      ['change it to {style}', 'Which text?'],
    ],
    like: ['translate'],
  },
  {
    id: 'replace',
    domain: 'text',
    names: 'replace text|find and replace|text: replace|substitute|search replace',
    descriptions: 'Replaces words in a file.|Finds and replaces text.|Substitutes one word for another.',
    parameters: {
      file: text('file|document|file name', document),
      find: text(
        'find|old|search|old text',
        words(
          'colour, centre, organise, teh, email, client, draft, Monday, price, street, kilo, tyre, programme, grey, theatre, metre',
        ),
      ),
      replace: text(
        'replace|new|replacement|new text',
        words(
          'color, center, organize, the, e-mail, customer, final, Tuesday, cost, road, kilogram, tire, program, gray, theater, meter',
        ),
      ),
      all: maybe(flag('all|replace all|every occurrence')),
      caseSensitive: maybe(flag('case sensitive|match case')),
    },
    requests: lines(`replace {find} with {replace} in {file}
in {file}, change {find} to {replace}
swap {find} for {replace} in {file}, {all:everywhere|only the first one}
find {find} in {file} and replace it by {replace}[, {caseSensitive:match case|ignore case}]
change every {find} in {file} into {replace}{all=true}
substitute {replace} for {find} in {file}
replace {find} by {replace} in {file}, {caseSensitive:case sensitive|not case sensitive}`),
    asks: [
      ['replace {find} in {file}', 'With what?'],
      ['replace {find} with {replace}', 'In which file?'],
    ],
  },
  {
    id: 'create_user',
    domain: 'people',
    names: 'create user|users: create|add employee|register person|new account',
    descriptions: 'Creates an account for a person.|Adds an employee.|Registers a user.',
    parameters: {
      person: object('user|person|profile|employee', {
        name: text('name|full name', fullName),
        email: text('email|email address', email),
      }),
      role: maybe(
        oneOf('role|position|access', ['admin', 'editor', 'viewer'], { admin: ['admin', 'administrator'] }),
      ),
      start: maybe(text('start date|from', isoDate)),
    },
    requests: lines(`create a user for {person.name} with the email {person.email}
add {person.name} ({person.email}) as {role}
register {person.name}, {person.email}[, role {role}]
new account: {person.name}, email {person.email}, {role}
{person.name} is a new colleague, mail {person.email}. Add them as {role}
set up an account for {person.name} at {person.email}[ with {role} rights]`),
    asks: [
      ['create an account for {person.name}', 'What is the e-mail address?'],
      ['add a new user with the email {person.email}', 'What is the name?'],
    ],
  },
  {
    id: 'vacation',
    domain: 'people',
    names: 'request vacation|hr: request leave|submit leave|book time off|leave request',
    descriptions:
      'Requests days off. Dates are YYYY-MM-DD.|Submits a leave request (dates as YYYY-MM-DD).|Books vacation; give dates as YYYY-MM-DD.',
    parameters: {
      from: text('start date|from date|first day', isoDate),
      to: text('end date|to date|last day', isoDate),
      kind: maybe(
        oneOf('type|kind|reason', ['vacation', 'sick', 'unpaid'], {
          sick: ['sick leave'],
          unpaid: ['unpaid leave'],
          vacation: ['vacation'],
        }),
      ),
    },
    requests: lines(`I want to be off from {from} to {to}
request {kind} from {from} until {to}
book time off between {from} and {to}
submit {kind} for {from} to {to}
take me off the plan from {from} to {to}, it's {kind}
enter {kind}: first day {from}, last day {to}`),
    asks: [
      ['request {kind} from {from}', 'Until when?'],
      ['book some time off', 'From when to when?'],
    ],
  },
  {
    id: 'meeting',
    domain: 'people',
    names: 'schedule meeting|meetings: create|book meeting|create meeting|plan meeting',
    descriptions:
      'Schedules a meeting with people.|Books a meeting.|Plans a meeting and invites the participants.',
    parameters: {
      topic: text('title|topic|subject|name', eventTitle),
      people: listOf('participants|attendees|people|invitees', strings, firstName, 1, 3),
      date: text('date|day|on', date),
      time: text('time|start time|at', clockTime),
      minutes: maybe(integer('minutes|duration minutes|length', integers(15, 180))),
      online: maybe(flag('online|is remote|video link')),
    },
    requests: lines(`schedule "{topic}" with {people} on {date} at {time}
book a meeting called "{topic}" on {date}, {time}, with {people}
plan "{topic}" for {people}: {date}, {time}[, {minutes} minutes]
invite {people} to "{topic}" on {date} at {time}[, {online:online|in person}]
set up "{topic}" with {people} at {time} on {date} for {minutes} minutes
"{topic}" should take place on {date} at {time}, {people} should come, {online:online|not online}`),
    asks: [
      ['schedule "{topic}" with {people} on {date}', 'At what time?'],
      ['book a meeting with {people} on {date} at {time}', 'What is it about?'],
    ],
  },
];
