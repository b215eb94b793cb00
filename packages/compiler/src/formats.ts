// Standard formats as patterns. `format` is only an annotation in 2020-12, and validators differ on it; a pattern is
// judged alike everywhere. Digits are [0-9], because \d means more than ASCII in some languages.

const DATE =
  '(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)';
// A leap second is 23:59:60 in UTC; said in another zone it is refused, because no pattern can count.
const FRACTION = '(?:\\.[0-9]+)?';
const TIME = `(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]${FRACTION}(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])|23:59:60${FRACTION}(?:[Zz]|[+-]00:00))`;
const LABEL = '(?!(?![Xx][Nn])..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const DAYS = '(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)';
const HOURS = 'T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)';
const ENCODED = '%[0-9A-Fa-f]{2}';
const PCHAR = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${ENCODED})`;
const AUTHORITY = `//(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|${ENCODED})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|${ENCODED})*)(?::[0-9]*)?`;
const AFTER_SCHEME = `(?:${AUTHORITY}(?:/${PCHAR}*)*|(?!//)(?:${PCHAR}|/)*)(?:\\?(?:${PCHAR}|[/?])*)?(?:#(?:${PCHAR}|[/?])*)?`;
const SCHEME = '[A-Za-z][A-Za-z0-9+.-]*:';

/** By name, anchored, ECMA-262 with `u`. */
export const STANDARD_FORMATS: Readonly<Record<string, string>> = {
  date: `^${DATE}$`,
  time: `^${TIME}$`,
  'date-time': `^${DATE}[Tt]${TIME}$`,
  duration: `^P(?:[0-9]+W|${DAYS}(?:${HOURS})?|${HOURS})$`,
  email: `^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${LABEL}(?:\\.${LABEL})+$`,
  hostname: `^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`,
  ipv4: `^${BYTE}(?:\\.${BYTE}){3}$`,
  uuid: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
  uri: `^${SCHEME}${AFTER_SCHEME}$`,
  'uri-reference': `^(?:${SCHEME}|(?![^/?#]*:))${AFTER_SCHEME}$`,
  'json-pointer': '^(?:/(?:[^~/]|~[01])*)*$',
};
