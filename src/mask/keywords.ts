/**
 * Words that say what stands near them. One bit a meaning, so that a few words before a number are read with a few
 * ORs. Knows words; nothing of positions.
 */

const meanings = [
  'password',
  'secret',
  'phone',
  'card',
  'bank',
  'social',
  'passport',
  'licence',
  'nationalId',
  'medical',
  'birth',
  'postal',
  'wallet',
  'month',
  'weekday',
  'street',
  'streetFirst',
  'unit',
  'title',
  'nameAfter',
  'placeAfter',
  'addressAfter',
  'company',
  'vehicle',
  'particle',
  'credential',
  'job',
  'people',
  'notPersonal',
  'network',
  'speech',
] as const;

export type Meaning = (typeof meanings)[number];

/** The bit of each meaning. */
export const meaningBits = Object.fromEntries(
  meanings.map((meaning, index) => [meaning, 2 ** index]),
) as Readonly<Record<Meaning, number>>;

const lists: Readonly<Record<Meaning, string>> = {
  password:
    'password passwords passwort kennwort passwd pwd passphrase passcode pin contraseña senha lösenord',
  secret: 'secret token apikey key credential credentials bearer authorization auth schlüssel geheimnis',
  phone:
    'phone phones telephone tel telefon telefonnummer téléphone teléfono telefono telefone mobile mobil móvil cell ' +
    'cellphone handy portable fax desk landline call calling called dial ring reach sms text texted whatsapp ' +
    'number numbers nummer número contact hotline callback voicemail registered answering puhelin tlf',
  card: 'card cards credit debit refund refunded charge charged payment visa mastercard amex maestro discover kreditkarte karte carte tarjeta carta cc',
  bank: 'iban account acct konto compte cuenta conto bank routing sort bic swift aba transfer',
  social: 'ssn social ss sozialversicherung itin tin',
  passport: 'passport passports reisepass passeport pasaporte passaporto pass',
  licence: 'licence license driver drivers driving führerschein permis dl',
  nationalId:
    'nino nhs dni nie nif nir cpf aadhaar aadhar pan sin pesel bsn tfn personnummer hetu codice fiscale insurance ' +
    'steuer identity identification identifikationsnummer identifier national citizen id',
  medical: 'mrn patient medical record records chart health beneficiary hospital medicare member insurance',
  birth: 'born birth birthday birthdate dob geboren geburtsdatum née nacido nacimiento naissance nato nata',
  postal: 'zip zipcode postal postcode plz cep cap pincode postleitzahl',
  wallet: 'wallet wallets bitcoin btc ethereum eth crypto litecoin ltc coin address deposit payout',
  month:
    'january february march april may june july august september october november december jan feb mar apr jun jul ' +
    'aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember janvier février mars avril juin ' +
    'juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre ' +
    'octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre',
  weekday:
    'monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag ' +
    'sonntag lundi mardi mercredi jeudi vendredi samedi dimanche',
  street:
    'street st avenue ave road rd lane ln drive dr boulevard blvd court ct place pl square sq terrace way highway hwy ' +
    'parkway pkwy circle cir loop close crescent cres row alley trail path pike plaza quay mews gardens grove hill ' +
    'park view walk crossing ridge track parade strasse straße str weg gasse platz allee ufer damm straat laan plein ' +
    'kade gracht gatan gata väg vägen vej gade katu tie kuja polku utca út tér krt sokak caddesi ulice ulica náměstí ' +
    'nagar marg chowk path ganj road colony sector gate bypass turnpike expressway common green harbor harbors ' +
    'underpass overpass fields field ports isle causeway coves cove crest ferry flats forge fort forks gateway glen ' +
    'glens heights hollow inlet island junction junctions keys knoll knolls landing light lights lock locks lodge ' +
    'manor manors meadow meadows mill mills mission motorway mount mountain neck orchard oval passage pass pine pines ' +
    'plain plains point points port prairie radial ramp ranch rapid rapids rest river roads route run shoal shoals ' +
    'shore shores skyway spring springs spur spurs square station stravenue stream summit throughway trace trafficway ' +
    'tunnel union unions valley valleys via viaduct village ville vista walks wall wells extension estate estates ' +
    'divide dam cliff cliffs club burg brook brooks branch bridge bluff bend beach bayou annex arcade camp canyon cape ' +
    'corner corners course creek flat ford harbour forge gardens odvojak vrh dol šetalište prilaz put cesta trg sokağı ' +
    'caddesi mahallesi bulvarı mahalle',
  streetFirst:
    'rue avenue av boulevard bd bld chemin impasse allée place quai via viale piazza corso vicolo largo calle c avenida ' +
    'avda paseo plaza camino carretera glorieta cuesta callejón pasaje pasadizo ronda urbanización acceso rambla alameda ' +
    'vial rua travessa praça estrada praceta ul ulica ulice al aleja os plac náměstí třída calçada cañada costanilla ' +
    'trg cesta ulita strada contrada borgo rond square drumul intrarea aleea bulevardul calea splaiul loteamento recanto ' +
    'residencial vila jardim parque praia quadra setor canale rotonda stretto incrocio put obala',
  unit:
    'apt apartment suite ste unit floor fl room rm box building bldg piso puerta planta étage etage wohnung flat house ' +
    'no nr po pmb stock door level tower block apto apartamento bp postfach',
  title:
    'mr mrs ms miss mx dr doctor prof professor sir madam dame lord lady captain sergeant lieutenant colonel reverend ' +
    'rev father sister brother judge senator herr frau monsieur madame mme mlle señor señora sr sra srta don doña ' +
    'signor signora sig dott ing dipl univ mag president minister king queen prince princess uncle aunt',
  nameAfter:
    'name named names called hi hello hey dear meet meeting met contact by with from for to called thanks regards ' +
    'sincerely cheers partner wife husband son daughter mother father friend colleague boss manager employee customer ' +
    'client patient user author singer actor artist featuring feat vs said says asked told tell ask email ' +
    'invite add remind message colleague neighbour neighbor cousin nephew niece grandma grandpa tribute early late ' +
    'producer director founder composer beneficiary recipient sender attn me under nombre nom nome heisse heiße',
  placeAfter:
    'in from near to at visit visiting visited toward towards around leaving left living live lives lived moved move ' +
    'born based located city town village country capital southern northern eastern western south north east west ' +
    'central across outside inside flying flight travel travelling traveling downtown into through via reach of the',
  addressAfter:
    'address adress adresse addresses lives live lived located at street on corner office offices home residence resides ' +
    'reside headquarters ship shipped deliver delivered delivery send sent restaurant station store shop side refers ' +
    'anschrift wohnt direccion dirección indirizzo to and of near move moved',
  company:
    'inc incorporated llc ltd limited plc gmbh ag kg corp corporation co company group holdings holding partners ' +
    'associates sa sarl spa srl bv nv ab oy as aps sons university college institute foundation bank labs systems ' +
    'solutions technologies technology software industries international insurance consulting services capital ' +
    'ventures media networks agency ministry department hospital school association trust enterprises logistics energy ' +
    'pharmaceuticals airlines motors orchestra kft zrt ',
  vehicle: 'vin plate plates registration kennzeichen vehicle',
  particle:
    'de la le van von der den del della di da dos das du des el al bin ibn ben y e zu zur ter ten af av st san santa ' +
    'mc mac los las do und i',
  credential:
    'jr sr ii iii iv md phd dds dvm esq cpa rn mba msc bsc ba ma llb dmd do lld pharmd bed beng mbe obe kbe',
  job:
    'engineer clerk manager technician surgeon operator teacher developer director officer assistant analyst nurse ' +
    'doctor designer consultant specialist administrator accountant secretary supervisor coordinator representative ' +
    'mechanic driver installer worker agent attorney lawyer judge scientist researcher professor instructor ' +
    'cinematographer photographer journalist reporter editor writer author packager platemaker drafter therapist ' +
    'pharmacist dentist physician psychologist librarian cashier waiter waitress chef cook baker butcher plumber ' +
    'electrician carpenter painter welder machinist programmer architect planner inspector auditor economist ' +
    'statistician chemist physicist biologist geologist pilot captain sailor soldier guard firefighter detective ' +
    'president chairman ceo cto cfo founder owner spokesman spokeswoman spokesperson salesperson trainer coach ' +
    'tutor counselor planner broker appraiser estimator dispatcher courier porter maid janitor gardener farmer ' +
    'miner tailor jeweler barber hairdresser actor actress musician singer dancer producer composer practitioner ' +
    'hygienist paramedic optometrist podiatrist veterinarian trader buyer seller vendor attendant aide helper laborer ' +
    'assembler fabricator grinder molder setter tender repairer builder contractor foreman superintendent',
  people:
    'american british english german french spanish italian dutch swedish norwegian danish finnish icelandic irish ' +
    'scottish welsh polish czech slovak hungarian austrian swiss belgian portuguese greek turkish russian ukrainian ' +
    'romanian bulgarian serbian croatian bosnian slovenian albanian macedonian estonian latvian lithuanian belarusian ' +
    'georgian armenian azerbaijani kazakh uzbek turkmen kyrgyz tajik afghan pakistani indian bangladeshi nepali ' +
    'nepalese bhutanese burmese thai laotian cambodian vietnamese malaysian singaporean indonesian filipino chinese ' +
    'taiwanese japanese korean mongolian australian canadian mexican guatemalan belizean belizian salvadoran honduran ' +
    'nicaraguan panamanian cuban jamaican haitian dominican colombian venezuelan ecuadorian peruvian bolivian chilean ' +
    'argentinian argentine paraguayan uruguayan brazilian guyanese surinamese moroccan algerian tunisian libyan ' +
    'egyptian sudanese ethiopian eritrean somali kenyan ugandan tanzanian rwandan congolese angolan zambian zimbabwean ' +
    'namibian botswanan mozambican malagasy nigerian ghanaian ivorian senegalese malian gambian liberian cameroonian ' +
    'israeli palestinian lebanese syrian jordanian iraqi iranian persian saudi yemeni omani emirati qatari kuwaiti ' +
    'bahraini greenlander icelander cypriot maltese luxembourgish european african asian arab christian catholic ' +
    'protestant orthodox muslim islamic jewish buddhist hindu sikh mormon democrat republican socialist communist ' +
    'liberal conservative tuvaluan fijian samoan tongan hispanic latino latina caucasian',
  notPersonal:
    'isbn issn version versions order invoice ticket tracking commit build release sku serial model ref reference ' +
    'request item items quantity price total cost costs amount divided times plus minus percent error line page port ' +
    'chapter code sum average product multiply calculate upgrade bug bot bots chatbot',
  network:
    'ip ipv4 ipv6 host server gateway dns subnet cidr mac login logout username user userid url website email mail',
  speech:
    'said says asked replied wrote explained told added thinks lives works is was has had will would can',
};

/**
 * Open addressing by the words' whole hashes. A word that is none of these and has the hash of one is a matter of one in
 * millions, and would lend another word a meaning, nothing worse: words themselves are not kept.
 */
const tableSize = 8192;
const hashes = new Int32Array(tableSize);
const bitsOfHash = new Int32Array(tableSize);

/** One step of the hash of a word, whatever its letter case. Zero is no word's hash. */
export function keywordStep(hash: number, code: number): number {
  const isCapital = (code >= 65 && code <= 90) || (code >= 0xc0 && code <= 0xde);
  // In Latin Extended-A capitals and small letters are neighbours.
  const lower = isCapital ? code | 32 : code >= 0x100 && code < 0x180 ? code | 1 : code;
  return (Math.imul(hash, 31) + lower) | 0;
}

function slotOf(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 19) & (tableSize - 1);
}

/** Meanings of the word with this hash of its letters, step by step; 0 for none. */
export function meaningsOf(hash: number): number {
  for (let slot = slotOf(hash); ; slot = (slot + 1) & (tableSize - 1)) {
    const found = hashes[slot];
    if (found === hash) return bitsOfHash[slot] ?? 0;
    if (found === 0) return 0;
  }
}

/** Meanings of a word by itself. */
export function meaningsOfWord(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at += 1) hash = keywordStep(hash, word.charCodeAt(at));
  return meaningsOf(hash);
}

for (const meaning of meanings) {
  for (const word of lists[meaning].split(' ')) {
    let hash = 0;
    for (let at = 0; at < word.length; at += 1) hash = keywordStep(hash, word.charCodeAt(at));
    if (hash === 0) continue;
    let slot = slotOf(hash);
    while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (tableSize - 1);
    hashes[slot] = hash;
    bitsOfHash[slot] = (bitsOfHash[slot] ?? 0) | meaningBits[meaning];
  }
}
