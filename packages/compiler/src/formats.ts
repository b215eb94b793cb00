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
// RFC 3986, IPv6address: eight groups, of which one run may be left out, and the last two may be an IPv4 address.
const GROUP = '[0-9A-Fa-f]{1,4}';
const LAST = `(?:${GROUP}:${GROUP}|${BYTE}(?:\\.${BYTE}){3})`;
const IPV6 = [
  `(?:${GROUP}:){6}${LAST}`,
  `::(?:${GROUP}:){5}${LAST}`,
  ...[4, 3, 2, 1, 0].map((after, i) => `(?:(?:${GROUP}:){0,${i}}${GROUP})?::(?:${GROUP}:){${after}}${LAST}`),
  `(?:(?:${GROUP}:){0,5}${GROUP})?::${GROUP}`,
  `(?:(?:${GROUP}:){0,6}${GROUP})?::`,
].join('|');
const ENCODED = '%[0-9A-Fa-f]{2}';
const PCHAR = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${ENCODED})`;
const AUTHORITY = `//(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|${ENCODED})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|${ENCODED})*)(?::[0-9]*)?`;
const AFTER_SCHEME = `(?:${AUTHORITY}(?:/${PCHAR}*)*|(?!//)(?:${PCHAR}|/)*)(?:\\?(?:${PCHAR}|[/?])*)?(?:#(?:${PCHAR}|[/?])*)?`;
// RFC 3987: the same with what other scripts write, private use in queries only.
const UCS =
  '\u00A0-\uD7FF\uF900-\uFDCF\uFDF0-\uFFEF'
  + Array.from(
    { length: 14 },
    (_, plane) =>
      `${String.fromCodePoint(((plane + 1) << 16) + (plane === 13 ? 0x1000 : 0))}-${String.fromCodePoint(((plane + 1) << 16) + 0xfffd)}`,
  ).join('');
const PRIVATE = '\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}';
const IPCHAR = `(?:[A-Za-z0-9._~!$&'()*+,;=:@${UCS}-]|${ENCODED})`;
const IAUTHORITY = `//(?:(?:[A-Za-z0-9._~!$&'()*+,;=:${UCS}-]|${ENCODED})*@)?(?:\\[(?:${IPV6}|[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\\]|(?:[A-Za-z0-9._~!$&'()*+,;=${UCS}-]|${ENCODED})*)(?::[0-9]*)?`;
const AFTER_IRI_SCHEME = `(?:${IAUTHORITY}(?:/${IPCHAR}*)*|(?!//)(?:${IPCHAR}|/)*)(?:\\?(?:${IPCHAR}|[/?${PRIVATE}])*)?(?:#(?:${IPCHAR}|[/?])*)?`;
// RFC 6570.
const VARIABLE = `(?:[A-Za-z0-9_]|${ENCODED})(?:\\.?(?:[A-Za-z0-9_]|${ENCODED}))*(?:\\*|:[1-9][0-9]{0,3})?`;
const LITERAL = `(?:[!#$&-;=?-\\[\\]_a-z~${UCS}${PRIVATE}]|${ENCODED})`;
const SCHEME = '[A-Za-z][A-Za-z0-9+.-]*:';

/** By name, anchored, ECMA-262 with `u`. */
export const STANDARD_FORMATS: Readonly<Record<string, string>> = {
  date: `^${DATE}$`,
  time: `^${TIME}$`,
  'date-time': `^${DATE}[Tt]${TIME}$`,
  duration: `^P(?:[0-9]+W|${DAYS}(?:${HOURS})?|${HOURS})$`,
  email: `^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${LABEL}(?:\\.${LABEL})+$`,
  hostname: `^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`,
  ipv6: `^(?:${IPV6})$`,
  ipv4: `^${BYTE}(?:\\.${BYTE}){3}$`,
  uuid: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
  uri: `^${SCHEME}${AFTER_SCHEME}$`,
  'uri-reference': `^(?:${SCHEME}|(?![^/?#]*:))${AFTER_SCHEME}$`,
  iri: `^${SCHEME}${AFTER_IRI_SCHEME}$`,
  'iri-reference': `^(?:${SCHEME}|(?![^/?#]*:))${AFTER_IRI_SCHEME}$`,
  'uri-template': `^(?:${LITERAL}|\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\})*$`,
  'relative-json-pointer': '^(?:0|[1-9][0-9]*)(?:[+-](?:0|[1-9][0-9]*))?(?:#|(?:/(?:[^~/]|~[01])*)*)$',
  'json-pointer': '^(?:/(?:[^~/]|~[01])*)*$',
};

/** Formats of 2020-12 that no pattern can judge, and why. A definition that asks for one is refused, not left unjudged. */
export const UNJUDGED_FORMATS: Readonly<Record<string, string>> = {
  regex: 'whether a text is a regular expression only a parser of them can tell, and languages differ',
  'idn-hostname': 'the names IDNA allows depend on tables of Unicode that change with its versions',
  'idn-email': 'its second half is an internationalised host name, and what those may be depends on tables of Unicode',
};
