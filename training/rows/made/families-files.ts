/** Families: files and software. */
import { integers } from '../number-words.ts';
import type { Make } from '../values.ts';
import { fileName, firstName, folder, sentence, topic } from '../values.ts';
import { lines, words } from './family-values.ts';
import { flag, integer, listOf, maybe, object, oneOf, strings, text } from './family.ts';
import type { Family } from './family.ts';

const quoted: Make = (draw) => {
  const { text: said } = sentence(draw);
  return { text: `"${said}"`, value: said };
};
const document: Make = fileName(['pdf', 'docx', 'txt', 'md', 'xlsx', 'csv', 'png']);
const branch: Make = (draw) => {
  const value = `${draw.pick(['feature', 'fix', 'release', 'chore'])}/${topic(draw).text.toLowerCase().replaceAll(' ', '-')}`;
  return { text: value, value };
};

export const filesFamilies: readonly Family[] = [
  {
    id: 'move_file',
    domain: 'files',
    names: 'move file|files: move|mv|move document|relocate file',
    descriptions: 'Moves a file to a folder.|Puts a file somewhere else.|Moves a document.',
    parameters: {
      file: text('file|file name|source|filename', document),
      folder: text('folder|destination|target folder|target', folder),
      overwrite: maybe(flag('overwrite|replace existing|force')),
    },
    requests: lines(`move {file} to {folder}
put {file} into {folder}
move the file {file} to {folder}, {overwrite:overwrite if it exists|don't overwrite anything}
{file} belongs in {folder}, move it there
relocate {file} to {folder}
take {file} and move it to {folder}[ {overwrite:replacing the old one|without replacing}]
move {file+} to {folder}`),
    asks: [
      ['move {file}', 'To which folder?'],
      ['move a file to {folder}', 'Which file?'],
    ],
    like: ['copy_file'],
  },
  {
    id: 'copy_file',
    domain: 'files',
    names: 'copy file|files: copy|duplicate file|cp|copy document',
    descriptions: 'Copies a file under a new name.|Duplicates a file.|Makes a copy.',
    parameters: {
      file: text('file|source|original', document),
      name: text('new name|copy name|target name', document),
    },
    requests: lines(`copy {file} as {name}
make a copy of {file} called {name}
duplicate {file} and name it {name}
copy the file {file} to {name}
I need a copy of {file} named {name}
create {name} as a copy of {file}`),
    asks: [['copy {file}', 'What should the copy be called?']],
  },
  {
    id: 'delete_files',
    domain: 'files',
    names: 'delete files|files: remove|remove files|rm|erase documents',
    descriptions: 'Deletes files.|Removes documents.|Erases files, for good or into the bin.',
    parameters: {
      files: listOf('files|file names|paths|documents', strings, document, 1, 3),
      permanent: maybe(flag('permanent|permanently|skip trash')),
    },
    requests: lines(`delete {files}
remove {files}
delete {files} {permanent:permanently|but keep them in the trash}
get rid of {files}
erase {files}, {permanent:for good|not permanently}
throw away {files}
I don't need {files} any more, delete`),
    asks: [
      ['delete a file', 'Which file?'],
      ['remove them permanently{permanent=true}', 'Which files?'],
    ],
  },
  {
    id: 'find_files',
    domain: 'files',
    names: 'find files|search files|files: search|file search|locate files',
    descriptions: 'Finds files by kind and folder.|Searches a folder for files.|Lists files that match.',
    parameters: {
      folder: text('folder|directory|path|where', folder),
      kind: oneOf('type|kind|extension', ['pdf', 'image', 'video', 'text', 'audio'], {
        pdf: ['PDF'],
        image: ['image', 'picture'],
        video: ['video'],
        text: ['text'],
        audio: ['audio'],
      }),
      size: maybe(integer('min size mb|larger than mb|size mb', integers(2, 900))),
      recursive: maybe(flag('recursive|include subfolders|subfolders')),
    },
    requests: lines(`find all {kind} files in {folder}
which {kind} files are in {folder}?
search {folder} for {kind} files larger than {size} MB
list {kind} files in {folder} {recursive:including subfolders|without subfolders}
look in {folder} for {kind} files[ over {size} MB]
show {kind} files above {size} MB in {folder}, {recursive:also in subfolders|not in subfolders}
I'm looking for {kind} files in {folder}`),
    asks: [
      ['find all {kind} files', 'In which folder?'],
      ['search {folder}', 'For which kind of files?'],
    ],
  },
  {
    id: 'compress',
    domain: 'files',
    names: 'compress files|create archive|archive: create|zip files|make archive',
    descriptions: 'Packs files into an archive.|Creates a zip or tar archive.|Compresses files.',
    parameters: {
      files: listOf('files|inputs|sources', strings, document, 2, 3),
      archive: text('archive name|output|archive', fileName(['zip', 'tar'])),
      level: maybe(integer('level|compression level', integers(1, 9))),
      password: maybe(flag('encrypt|password protected|encrypted')),
    },
    requests: lines(`zip {files} into {archive}
pack {files} as {archive}
compress {files} to {archive}[ with level {level}]
put {files} in an archive named {archive}
create the archive {archive} from {files}, {password:encrypted|not encrypted}
make {archive} out of {files}
archive {files} in {archive} at compression level {level}`),
    asks: [
      ['zip {files}', 'What should the archive be called?'],
      ['create {archive}', 'From which files?'],
    ],
  },
  {
    id: 'create_issue',
    domain: 'software',
    names: 'create issue|issues: create|open ticket|file bug|report issue',
    descriptions: 'Opens an issue in a project.|Files a bug or a task.|Creates a ticket with labels.',
    parameters: {
      title: text('title|summary|name', quoted),
      kind: oneOf('type|kind|issue type', ['bug', 'feature', 'question']),
      labels: maybe(
        listOf(
          'labels|tags',
          strings,
          words(
            'backend, frontend, security, docs, mobile, tests, build, api, performance, login, search, design',
          ),
          1,
          3,
        ),
      ),
      assignee: maybe(text('assignee|assigned to|owner', firstName)),
    },
    requests: lines(`open a {kind} titled {title}
create a {kind} ticket: {title}
file a {kind} called {title} with the labels {labels}
report a {kind}, title {title}, and assign it to {assignee}
new {kind} issue {title}[ for {assignee}]
add a {kind} {title} labelled {labels}[, assigned to {assignee}]
make an issue of type {kind} with the title {title}`),
    asks: [
      ['open a {kind}', 'With which title?'],
      ['create an issue for {assignee}', 'What is its title and type?'],
    ],
  },
  {
    id: 'run_tests',
    domain: 'software',
    names: 'run tests|tests: run|start test run|execute tests|test runner',
    descriptions: 'Runs the tests of a project.|Starts a test run.|Executes test suites.',
    parameters: {
      suite: oneOf('suite|kind|test type', ['unit', 'integration', 'e2e', 'smoke'], {
        e2e: ['e2e', 'end-to-end'],
      }),
      folder: maybe(text('folder|path|directory', folder)),
      coverage: maybe(flag('coverage|with coverage|collect coverage')),
      parallel: maybe(integer('workers|parallel|jobs', integers(2, 16))),
    },
    requests: lines(`run the {suite} tests
run the {suite} tests in {folder} {coverage:with|without} coverage
start the {suite} tests with {parallel} workers
execute {suite} tests[ in {folder}]
run {suite} tests, {coverage:collect coverage|no coverage needed}[, {parallel} workers]
do the {suite} tests pass in {folder}?
Test run: {suite}, {parallel} jobs`),
    asks: [
      ['run the tests', 'Which: unit, integration, e2e or smoke?'],
      ['start the tests in {folder}', 'Which: unit, integration, e2e or smoke?'],
    ],
  },
  {
    id: 'git_branch',
    domain: 'software',
    names: 'create branch|git: branch|new branch|git create branch|branch create',
    descriptions: 'Creates a git branch.|Makes a new branch in a repository.|Branches off.',
    parameters: {
      name: text('name|branch|branch name', branch),
      base: maybe(oneOf('base|from|start point', ['main', 'develop', 'staging'])),
      checkout: maybe(flag('checkout|switch to it|switch')),
    },
    requests: lines(`create a branch {name}
make a new branch called {name} from {base}
branch off {base} as {name}
start {name} from {base}, {checkout:check it out|don't check it out}
I need a branch named {name}[ based on {base}]
create {name} {checkout:and check it out|without checking it out}`),
    asks: [
      ['create a branch from {base}', 'What should it be called?'],
      ['make a new git branch', 'What should it be called?'],
    ],
  },
  {
    id: 'deploy',
    domain: 'software',
    names: 'deploy app|deploy: start|release version|deploy service|rollout',
    descriptions: 'Deploys a version of a service.|Rolls out a release.|Starts a deployment.',
    parameters: {
      service: text(
        'service|app|application',
        words(
          'checkout, billing, gateway, search-api, mailer, dashboard, auth, catalog, reports, uploads, notifications, scheduler',
        ),
      ),
      version: text('version|tag|release', (draw) => {
        const value = `${draw.integer(1, 9)}.${draw.number(0, 40)}.${draw.number(0, 99)}`;
        return { text: value, value };
      }),
      environment: oneOf('environment|env|stage|target', ['production', 'staging', 'development'], {
        production: ['production', 'prod'],
        development: ['development', 'dev'],
      }),
      dry: maybe(flag('simulate|dry run only|test only')),
    },
    requests: lines(`deploy {service} {version} to {environment}
roll out version {version} of {service} on {environment}
put {service} version {version} on {environment}
release {service} {version} to {environment}[, {dry:only simulate it|for real}]
{service} {version} should go to {environment}
start a deployment of {service} to {environment}, version {version}
ship {service} at {version} to {environment}`),
    asks: [
      ['deploy {service} to {environment}', 'Which version?'],
      ['deploy {service} {version}', 'To which environment?'],
    ],
  },
  {
    id: 'query_table',
    domain: 'software',
    names: 'query table|database: query|select rows|fetch rows|db query',
    descriptions: 'Reads rows of a table.|Queries a database with a filter.|Selects rows.',
    parameters: {
      table: text(
        'table|table name|from',
        words(
          'orders, customers, invoices, products, payments, employees, sessions, tickets, shipments, reviews, accounts, suppliers',
        ),
      ),
      filter: object('filter|where|condition', {
        field: text(
          'field|column',
          words('city, status, country, amount, age, price, color, owner, year, rating'),
        ),
        value: text(
          'value|equals',
          words('Oslo, open, closed, Peru, red, blue, pending, 2024, 2025, Ann, Rome, active, 42, 17'),
        ),
      }),
      limit: maybe(integer('max rows|row limit|top', integers(5, 500))),
      descending: maybe(flag('newest first|descending|reverse')),
    },
    requests: lines(`select rows from {table} where {filter.field} is {filter.value}
get {limit} rows of {table} with {filter.field} = {filter.value}
show {table} whose {filter.field} equals {filter.value}
query the table {table} for {filter.field} {filter.value}[, at most {limit} rows]
list the {table} where {filter.field} = {filter.value}, {descending:newest|oldest} first
fetch up to {limit} {table} with {filter.field} equal to {filter.value}
which {table} have {filter.value} as {filter.field}?`),
    asks: [['get {limit} rows where {filter.field} is {filter.value}', 'From which table?']],
  },
];
