// Standard formats as patterns. `format` is only an annotation in 2020-12, and validators differ on it; a pattern is
// judged alike everywhere. Digits are [0-9], because \d means more than ASCII in some languages.

const DATE = '(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)';
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])';
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const URI_REST = "[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*";

/** By name, anchored, ECMA-262 with `u`. */
export const STANDARD_FORMATS: Readonly<Record<string, string>> = {
  'date': `^${DATE}$`,
  'time': `^${TIME}$`,
  'date-time': `^${DATE}[Tt]${TIME}$`,
  'duration': '^P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)$',
  'email': `^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${LABEL}(?:\\.${LABEL})+$`,
  'hostname': `^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`,
  'ipv4': `^${BYTE}(?:\\.${BYTE}){3}$`,
  'uuid': '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
  'uri': `^[A-Za-z][A-Za-z0-9+.-]*:${URI_REST}$`,
  'uri-reference': `^${URI_REST}$`,
  'json-pointer': '^(?:/(?:[^~/]|~[01])*)*$',
};
