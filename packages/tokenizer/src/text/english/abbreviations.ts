// English abbreviations and acronyms: facts about how they are said. Linguists extend these tables.

/** Written with a full stop; what they stand for. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  mr: 'mister', mrs: 'missus', ms: 'miz', messrs: 'messieurs', dr: 'doctor', prof: 'professor', rev: 'reverend', fr: 'father', hon: 'honorable',
  gen: 'general', col: 'colonel', lt: 'lieutenant', sgt: 'sergeant', capt: 'captain', cmdr: 'commander', maj: 'major', cpl: 'corporal',
  pvt: 'private', adm: 'admiral', gov: 'governor', sen: 'senator', rep: 'representative', pres: 'president', atty: 'attorney', supt: 'superintendent',
  jr: 'junior', sr: 'senior', esq: 'esquire', st: 'saint', mt: 'mount', ft: 'fort', ave: 'avenue', blvd: 'boulevard', rd: 'road', ln: 'lane',
  hwy: 'highway', pkwy: 'parkway', sq: 'square', apt: 'apartment', bldg: 'building', dept: 'department', univ: 'university', assn: 'association',
  inc: 'incorporated', corp: 'corporation', ltd: 'limited', co: 'company', bros: 'brothers', mfg: 'manufacturing', intl: 'international',
  natl: 'national', govt: 'government', vs: 'versus', v: 'versus', etc: 'et cetera', approx: 'approximately', est: 'established', max: 'maximum',
  min: 'minimum', misc: 'miscellaneous', tel: 'telephone', ext: 'extension', fig: 'figure', figs: 'figures', vol: 'volume', vols: 'volumes',
  ch: 'chapter', sec: 'section', eq: 'equation', ed: 'edition', eds: 'editors', pp: 'pages', p: 'page', no: 'number', nos: 'numbers', cf: 'compare',
  al: 'al', viz: 'namely', ca: 'circa', wk: 'week', yr: 'year', yrs: 'years', hr: 'hour', hrs: 'hours', mins: 'minutes', secs: 'seconds', lb: 'pound',
  lbs: 'pounds', oz: 'ounces', tbsp: 'tablespoons', tsp: 'teaspoons', temp: 'temperature', avg: 'average', qty: 'quantity', ref: 'reference',
  para: 'paragraph', pt: 'part', ltda: 'limitada', tues: 'Tuesday', weds: 'Wednesday', thurs: 'Thursday', calif: 'California', penn: 'Pennsylvania',
  mass: 'Massachusetts', wash: 'Washington', conn: 'Connecticut', ariz: 'Arizona', tenn: 'Tennessee', mich: 'Michigan', minn: 'Minnesota',
  okla: 'Oklahoma', oreg: 'Oregon', wis: 'Wisconsin', colo: 'Colorado', kans: 'Kansas', nebr: 'Nebraska', fla: 'Florida', ala: 'Alabama',
};

/** These are words too: only abbreviations before what is named here (tested right after the full stop). */
export const ONLY_BEFORE: Readonly<Record<string, RegExp>> = {
  no: /\s?\d/y, nos: /\s?\d/y, fig: /\s?\d/y, figs: /\s?\d/y, vol: /\s?[\dIVX]/y, vols: /\s?\d/y, ch: /\s?[\dIVX]/y, sec: /\s?\d/y, eq: /\s?[\d(]/y,
  p: /\s?\d/y, pp: /\s?\d/y, pt: /\s?[\dIVX]/y, para: /\s?\d/y, ca: /\s?\d/y, est: /\s?\d/y, ext: /\s?\d/y, ed: /,|\s[a-z]/y, v: /\s[A-Z]/y,
  fr: /\s[A-Z]/y, ft: /\s[A-Z]/y, mt: /\s[A-Z]/y, gen: /\s[A-Z]/y, col: /\s[A-Z]/y, hon: /\s[A-Z]/y, rev: /\s[A-Z]/y, sen: /\s[A-Z]/y,
  rep: /\s[A-Z]/y, gov: /\s[A-Z]/y, pres: /\s[A-Z]/y, maj: /\s[A-Z]/y, adm: /\s[A-Z]/y, al: /[\s,;()]|$/y, max: /\s[a-z\d]/y, min: /\s[a-z\d]/y,
  tel: /[\s:]*[\d(+]/y, ref: /\s?\d/y, temp: /\s[a-z\d]/y, ms: /\s[A-Z]/y, mass: /,|\s[a-z]/y, wash: /,|\s[a-z]/y, conn: /,|\s[a-z]/y, penn: /,|\s[a-z]/y,
  sq: /\s[a-z]|,|$/y, wk: /\s|,|$/y, rd: /\s|,|$/y, ln: /\s|,|$/y, sr: /\s|,|$/y, inc: /\s|,|$|'/y, co: /\s|,|$|'/y, ala: /,|\s[a-z]/y,
};

/** After these, a capital or the end of the text means that a sentence ends; after the others (titles), a name follows. */
export const MAY_END_SENTENCE = new Set([
  'jr', 'sr', 'esq', 'ave', 'blvd', 'rd', 'ln', 'hwy', 'sq', 'inc', 'corp', 'ltd', 'co', 'bros', 'etc', 'al', 'dept', 'yr', 'yrs', 'hr', 'hrs', 'mins', 'secs',
  'lb', 'lbs', 'oz', 'tbsp', 'tsp', 'tues', 'weds', 'thurs', 'calif', 'mass', 'conn', 'ariz', 'tenn', 'mich', 'minn', 'fla', 'st', 'dr', 'wk', 'govt',
]);

/** Said without a full stop too. */
export const UNDOTTED: Readonly<Record<string, string>> = {
  mr: 'mister', mrs: 'missus', ms: 'miz', dr: 'doctor', vs: 'versus', etc: 'et cetera', approx: 'approximately', dept: 'department', govt: 'government',
  blvd: 'boulevard', hwy: 'highway', pls: 'please', plz: 'please', thx: 'thanks', btw: 'by the way', lol: 'L O L', omg: 'O M G', idk: "I don't know",
  imo: 'in my opinion', tbh: 'to be honest', asap: 'A S A P', diy: 'D I Y', faq: 'F A Q', jr: 'junior', sr: 'senior', aka: 'A K A', eg: 'for example',
  tv: 'T V', phd: 'P H D', phds: 'P H dees', ctrl: 'control', alt: 'alt', pc: 'P C', dvd: 'D V D', cd: 'C D', fyi: 'F Y I', rsvp: 'R S V P', url: 'U R L', pdf: 'P D F', usb: 'U S B', html: 'H T M L', ok: 'okay',
  'w/': 'with', 'w/o': 'without', 'b/c': 'because', 'n/a': 'not applicable', 'and/or': 'and or', 'he/she': 'he or she', 'she/he': 'she or he',
  'his/her': 'his or her', 'him/her': 'him or her', 's/he': 'she or he', 'i/o': 'I O', 'a/c': 'A C', 'c/o': 'care of', 'p/e': 'P E',
};

/** Said as words although they are written in capitals. */
export const SPOKEN_ACRONYMS = new Set([
  'NASA', 'NATO', 'UNESCO', 'UNICEF', 'AIDS', 'OPEC', 'FIFA', 'UEFA', 'NAFTA', 'ASEAN', 'SWAT', 'COVID', 'SARS', 'MERS', 'LASER', 'RADAR', 'SONAR', 'SCUBA',
  'PIN', 'SIM', 'RAM', 'ROM', 'GIF', 'JPEG', 'WIFI', 'YOLO', 'FOMO', 'NASCAR', 'NASDAQ', 'OSHA', 'FEMA', 'HIPAA', 'MENSA', 'PETA', 'DARPA', 'NORAD', 'INTERPOL',
  'AWOL', 'BASIC', 'COBOL', 'FORTRAN', 'ASCII', 'BIOS', 'CAPTCHA', 'RAID', 'LAN', 'WAN', 'MIDI', 'POTUS', 'SCOTUS', 'FLOTUS', 'NIMBY', 'BAFTA', 'EBITDA',
  'GAAP', 'CERN', 'JAMA', 'NOAA', 'UNIX', 'LINUX', 'AJAX', 'REST', 'SOAP', 'JSON', 'YAML', 'TOEFL', 'SAG', 'ZIP', 'NOVA', 'IKEA', 'LEGO', 'VISA', 'OK',
]);

/** Always spelt, although the dictionary has a word of these letters. */
export const SPELT_ACRONYMS = new Set([
  'AI', 'AR', 'AC', 'AM', 'PM', 'AD', 'AP', 'AB', 'AE', 'BA', 'BC', 'CA', 'CE', 'DA', 'DC', 'DJ', 'EC', 'ED', 'EU', 'GM', 'GI', 'HR', 'HQ', 'ID', 'IE', 'IL', 'IP', 'IQ',
  'IR', 'IT', 'IV', 'MA', 'MD', 'MI', 'MS', 'NE', 'NY', 'OS', 'PA', 'PC', 'PE', 'PI', 'PR', 'RA', 'RV', 'SC', 'SE', 'TA', 'TV', 'UK', 'UN', 'US', 'UI', 'UX', 'VA', 'VP',
  'HIV', 'UFO', 'USA', 'UAE', 'SUV', 'SOS', 'ATM', 'CEO', 'CFO', 'CTO', 'CIA', 'FBI', 'IRS', 'IBM', 'NBA', 'NFL', 'NHL', 'MLB', 'BBC', 'CNN', 'ABC', 'NBC', 'CBS', 'MIT', 'UCLA',
  'GPS', 'DNA', 'RNA', 'CEOS', 'EEG', 'MRI', 'ICU', 'EMT', 'NSA', 'SAT', 'ACT', 'GRE', 'PHD', 'MBA', 'DIY', 'FAQ', 'HUD', 'IOS', 'API', 'CPU', 'GPU', 'USB', 'SQL', 'XML', 'SDK', 'IDE',
  'LED', 'LCD', 'PDF', 'URL', 'VIP', 'VPN', 'UPS', 'USPS', 'DVD', 'CD', 'TNT', 'RIP', 'TBA', 'NHS', 'EST', 'PST', 'CST', 'MST', 'GMT', 'UTC', 'EDT', 'PDT', 'CET', 'TTS', 'ASR', 'NLP',
  'LOL', 'OMG', 'IPO', 'ROI', 'GDP', 'CPI', 'ETA', 'DIN', 'ISO', 'MSG', 'CBD', 'THC', 'MPH', 'RPM', 'NYC', 'NSW', 'BMW', 'VW', 'KFC', 'AOL', 'ESL', 'ADHD', 'PTSD', 'LGBT', 'NAACP', 'HTML',
]);

/** Names of the rulers and popes whose Roman numeral is an ordinal: 'Henry VIII', 'Louis XIV'. */
export const REGNAL_NAMES = new Set(
  ('henry louis charles george edward richard james william elizabeth mary catherine john paul pius leo benedict gregory clement innocent urban ' +
    'alexander nicholas peter ivan frederick francis philip ferdinand alfonso napoleon ramses ramesses ptolemy xerxes darius margaret victor otto ' +
    'boniface sixtus julius martin celestine honorius eugene adrian stephen robert david malcolm christian gustav haakon olaf carl karl juan carlos ' +
    'isabella joseph leopold maximilian wilhelm felipe mehmed murad selim harald baldwin rudolf umberto emmanuel baudouin amenhotep thutmose cleopatra').split(' '),
);

/** Words before a Roman numeral that is a cardinal: 'Chapter IV', 'World War II'. */
export const NUMBERED_THINGS = new Set(
  ('war chapter part act scene volume book section phase type class title bowl level grade stage appendix figure table article unit lesson canto ' +
    'mark season episode version category tier schedule psalm step day round division column form rocky fantasy windows olympiad').split(' '),
);
