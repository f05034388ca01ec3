/**
 * Names that are made up: given names in use, surnames and places put together from parts. By language, where one is
 * told. Knows words only; who gets which is `keyed-choice`.
 */
import type { Draw } from './keyed-choice.ts';

export type NameKind = 'given' | 'surname' | 'place';

/** Languages that have names of their own here; others get English ones. */
export type NameLocale = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl' | 'sv' | 'pl';

interface Parts {
  readonly given: readonly string[];
  readonly surname: readonly [readonly string[], readonly string[]];
  readonly place: readonly [readonly string[], readonly string[]];
}

function words(text: string): readonly string[] {
  return text.split(' ');
}

const parts: Readonly<Record<NameLocale, Parts>> = {
  en: {
    given: words(
      'Adrian Alma Amber Barnaby Beatrix Bridget Callum Celia Clement Cora Cordelia Desmond Dorian Edith Edmund Elspeth ' +
        'Enid Esme Everett Fergus Flora Gareth Giles Greta Gwen Harriet Hester Hugo Ingrid Iris Ivor Jasper Jolene ' +
        'Juniper Keira Lachlan Leona Linus Lorna Mabel Magnus Marius Mavis Miles Mina Nadia Nell Nolan Odette Orla ' +
        'Oscar Otis Pearl Percy Petra Quentin Ramona Reuben Rhea Roland Rowena Rufus Sabina Selma Silas Stella Tamsin ' +
        'Thea Tobias Ursula Vera Verity Viola Warren Wilfred Winona Yvette Zelda',
    ),
    surname: [
      words(
        'Ash Barn Beck Birch Black Brad Bram Carl Cold Crow Dun East Elm Fair Fen Frost Green Had Hal Hart Haw Hazel Hol ' +
          'Kirk Lang Lin Lock Mar Mill Nor Oak Pem Raven Red Rock Rus Shel Stan Stone Thorn Wake Wal West Whit Win Wood',
      ),
      words(
        'berry bourne bridge brook burn by combe cott croft dale den field ford gate grove ham hurst ley low man mere ' +
          'more ridge shaw side stead stock ton wall ward well wick worth',
      ),
    ],
    place: [
      words(
        'Alder Apple Bar Bell Bright Cal Clear Copper Dray Elder Fal Fox Glen Gold Grey Hare Iron Lark Lime Maple North Oaken Pine Quarry Rose Sea Silver Stag Swan Tarn Upper Wren',
      ),
      words(
        'bridge burgh bury cliff combe dale field ford gate ham haven hill holm mere minster mouth ness pool port ridge stead stoke ton vale ville well wick wood',
      ),
    ],
  },
  de: {
    given: words(
      'Anselm Benedikt Clemens Dorothea Edda Egon Elke Frieda Gerlinde Gisela Gregor Hedwig Heiner Ilse Irmgard Jakob Korbinian Leopold Lieselotte Ludwig Mathilde Ottilie Reinhold Rosalinde Ruprecht Sieglinde Theodor Ulrike Volker Waltraud Wendelin Wieland',
    ),
    surname: [
      words(
        'Ahorn Berg Birken Brunn Eber Eich Falken Feld Gold Grün Hasel Hirsch Kalten Linden Mühl Ober Reh Rosen Schwarz Sonn Stein Tannen Wald Weiden Winter Wolf',
      ),
      words(
        'bach bauer berger born brink eder feld felder hagen hauser hofer holz kamp mann meier moser rath rieder stedt stätter thal wald wieser',
      ),
    ],
    place: [
      words(
        'Ahorn Buchen Eichen Falken Grün Hasel Klein Linden Neu Nieder Ober Rosen Sonnen Tannen Weiden Wolfs',
      ),
      words('au bach berg brunn burg dorf feld hagen hausen heim hofen ingen kirchen stadt tal walde'),
    ],
  },
  fr: {
    given: words(
      'Achille Adèle Anatole Apolline Basile Blaise Célestine Colette Didier Edmée Eugénie Fabien Firmin Gaspard Ginette Honoré Hortense Isaure Joachim Léonce Lucienne Mireille Noémie Octave Odile Perrine Régis Sidonie Tancrède Ursule Valère Yvonne',
    ),
    surname: [
      words(
        'Beau Bel Bois Bonne Char Clair Cler Dela Dor Font Gran Haute La Mar Mont Noir Per Pont Roche Saint Val Vert Ville',
      ),
      words(
        'bert champ court croix fort font gny grand lac lande mare mont nay pré rive roche sart tier val vigne ville',
      ),
    ],
    place: [
      words('Beau Bel Bois Châtel Clair Font Gran Haute La Mont Noir Pont Roche Val Vert Ville'),
      words('bourg champ court fort lac mont neuf port pré rive roche sur-mer val vigny ville'),
    ],
  },
  es: {
    given: words(
      'Amparo Anselmo Basilio Belinda Casilda Celestino Damián Delfina Eloísa Esteban Faustino Filomena Gaspar Gregoria Herminia Ignacia Jacinto Leandro Leocadia Macario Nieves Octavia Paulino Quintín Ramiro Remedios Saturnino Socorro Teodoro Úrsula Venancio Zacarías',
    ),
    surname: [
      words(
        'Al Are Bal Bar Cal Cas Cere Del Esco Fer Gal Her Lan Mal Mon Nava Ol Pala Que Ri Sal Tor Val Ver Zam',
      ),
      words(
        'avides bedo cedo deras dano dillo ganza guera lanes losa mares meda nares negro quera rado rales ranza tana tares vedra vero zano',
      ),
    ],
    place: [
      words('Agua Alta Bella Campo Casa Fuente Mira Monte Nueva Peña Puerto Rio San Torre Valle Villa'),
      words(
        'blanca bravo clara dorada flores fría grande hermosa lobos luna mar molina nueva palma real seca verde vieja',
      ),
    ],
  },
  it: {
    given: words(
      'Abele Adalgisa Aldo Amedeo Annunziata Baldo Benedetta Cesira Corrado Delfino Edda Eligio Ermelinda Fausto Filiberto Gaspare Ginevra Iolanda Ivo Lamberto Leonilde Manlio Miranda Norma Oreste Palmira Quirino Romolo Rosalba Saverio Tullio Zita',
    ),
    surname: [
      words(
        'Alto Bal Bel Bono Cam Cas Del Fer Fon Gal Gra Lom Mar Mon Nar Ors Pal Per Quar Ros Sal Tor Val Ven Zam',
      ),
      words(
        'bardi belli cini dini doni elli etti faro gari lani lotti mini nelli pani ralli retti sari telli toni veri zani zetti',
      ),
    ],
    place: [
      words(
        'Acqua Borgo Campo Castel Colle Fonte Isola Monte Pietra Poggio Ponte Porto Rocca San Torre Valle Villa',
      ),
      words(
        'alta bella bianca chiara dorata ferro fiore grande lunga mare nera nova rossa sole verde vecchia',
      ),
    ],
  },
  nl: {
    given: words(
      'Aaltje Adriaan Barend Bertje Corneel Dirkje Evert Femke Gerrit Geertje Hendrika Hilde Ieke Jacoba Joost Katrijn Krelis Lotte Maarten Machteld Neeltje Okke Pleun Reinier Rinske Sietske Teunis Trijntje Wiebe Willemien Wouter Ymke',
    ),
    surname: [
      words(
        'Berken Bos Brand Broek Dijk Eiken Groen Haver Heide Hooi Klaver Linden Maan Molen Noord Oever Riet Rozen Schaaps Ster Ven Vlier Water Wilgen Zand Zonne',
      ),
      words(
        'beek berg boom bosch burg dam dijk donk duin haar hof horst huis kamp kerk laar man meer stra veld ven waard',
      ),
    ],
    place: [
      words(
        'Berken Bos Broek Eiken Groen Heide Hoog Klaver Linden Molen Nieuw Noord Riet Rozen Wilgen Zand Zuid',
      ),
      words('beek berg bosch broek burg dam dijk dorp drecht duin horst kerk loo meer sluis veld veen waard'),
    ],
  },
  sv: {
    given: words(
      'Alfhild Arvid Asta Birger Botilda Dagny Ebba Edvin Elof Folke Frida Gottfrid Gunhild Hedda Hjalmar Inga Isak Jerker Kajsa Knut Lovisa Malte Märta Nanna Olof Ottilia Ragnar Rut Sigrid Sixten Tora Valdemar',
    ),
    surname: [
      words(
        'Al Ask Berg Björk Blom Dal Ek Fors Gran Grön Hag Hed Holm Häll Kvist Lind Ljung Lund Ny Rosen Sand Sjö Sten Ström Söder Vall Vik Öster',
      ),
      words(
        'berg blad blom borg dahl ell fors gren holm lund man mark qvist rot sjö stedt strand ström vall vik',
      ),
    ],
    place: [
      words(
        'Al Ask Berg Björk Dal Ek Fors Gran Grön Hag Hed Holm Lind Lund Norr Ny Sand Sjö Sten Söder Vik Öster',
      ),
      words('berga by bro dal fors hamn hult köping lund mo näs rud sjö skog stad sta torp vik ås'),
    ],
  },
  pl: {
    given: words(
      'Alfred Aniela Bazyli Bogna Cecylia Celestyn Dobrawa Dominik Eligia Emil Felicja Florian Gracjan Gustawa Hieronim Honorata Idalia Ignacy Jaromir Klementyna Kornel Leokadia Ludomir Malwina Nikodem Otylia Pelagia Roch Seweryn Teofila Walenty Zenobia',
    ),
    surname: [
      words(
        'Bar Biel Brzoz Czar Dębow Gaj Gór Jawor Kalin Kamien Kos Leśn Lip Mal Nowo Ol Pol Rad Sad Sos Staw Topol Wiśn Wrób Zaj Ziel',
      ),
      words('acki ak ania ański czyk ecki ek eński icki icz ik iński owicz ów ski yk'),
    ],
    place: [
      words(
        'Biało Bór Brzezi Czarno Dęb Gór Jawor Kalin Kamien Leśn Lip Nowo Ostro Rado Star Topol Wiśni Zielo',
      ),
      words('cin czyn grod gród iec ków lin niki nów owo pol rzecz sław szyn wiec wola wice'),
    ],
  },
};

/** A made-up name. `attempt` above some hundred adds a second part, so that there are always more. */
export function makeUpName(draw: Draw, kind: NameKind, locale: NameLocale): string {
  const { given, surname, place } = parts[locale];
  if (kind === 'given') return draw.pick(given, 'Alma');
  const [starts, ends] = kind === 'surname' ? surname : place;
  return joinParts(draw.pick(starts, 'Ash'), draw.pick(ends, 'ford'));
}

/** No letter three times, no doubled ending: "Fenn" and "ness" to "Fenness". */
function joinParts(start: string, end: string): string {
  const shared = start.at(-1)?.toLowerCase() === end.charAt(0) && start.at(-2) === start.at(-1) ? 1 : 0;
  return `${start}${end.slice(shared)}`;
}
