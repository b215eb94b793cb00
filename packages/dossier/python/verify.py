#!/usr/bin/env python3
"""Verifies an OnceForm dossier with the Python standard library alone.

    python3 verify.py PACKAGE [--keys JWKS.json]

Independent of the JavaScript: written from the description of the format, to be read, ported and trusted on its own.
Checks: the layout of the zip, every digest and list, canonical JSON, the digest of the form, the seal of the gateway
(Ed25519), locked values, what co-declarants confirmed, claimed origins, value digests, the review digest, and what a
redacted copy shows.
Says NOT CHECKED for: schema (and with it whether a locked answer that is missing is asked), rules, signatures, receiver,
time. Exit code: 0 nothing failed, 1 something failed.

To port it: a language needs SHA-256, CRC-32, a JSON parser and Ed25519. Digests of files are taken over bytes as they
are; the digest of the form is the SHA-256 of the three files put together as canonical JSON (see `check_form`), so only
single values are ever written as JSON again (`canonical`).
"""
import base64, hashlib, json, re, struct, sys, unicodedata, zlib

PATH = re.compile(r'(?:[a-z0-9][a-z0-9._-]{0,63}/){0,3}[a-z0-9][a-z0-9._-]{0,63}|META-INF/(?:ASiCManifest\d{3}\.xml|signature\d{3}\.p7s)')
LISTS = ['mimetype', 'dossier.json', 'bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt']
TYPES = ['application/vnd.onceform.dossier+zip', 'application/vnd.etsi.asic-e+zip']


class Refused(Exception):
    """Nothing further can be said."""


failures = 0


def say(status, code, text):
    global failures
    failures += status == 'FAILED'
    print(f'{status:<11} {code}: {text}' if status != 'FAILED' else f'FAILED {code}: {text}')


def need(condition, code, text):
    if not condition:
        say('FAILED', code, text)
        raise Refused


def digest(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


# ---- canonical JSON (RFC 8785) -------------------------------------------------------------------------------------

def canonical(value):
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return '[' + ','.join(map(canonical, value)) + ']'
    order = sorted(value, key=lambda name: name.encode('utf-16-be'))
    return '{' + ','.join(canonical(name) + ':' + canonical(value[name]) for name in order) + '}'


def number(value):
    """As ECMAScript writes numbers: plain digits from 1e-6 up to 1e21, else an exponent."""
    value = float(value)
    if value == 0:
        return '0'
    mantissa, exponent = f'{value!r}e0'.split('e')[:2] if 'e' not in repr(value) else repr(value).split('e')
    sign, mantissa = ('-', mantissa[1:]) if mantissa[0] == '-' else ('', mantissa)
    whole, _, fraction = mantissa.partition('.')
    digits, point = whole + fraction, len(whole) + int(exponent)
    stripped = digits.lstrip('0')
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip('0')
    if 0 < point <= 21:
        return sign + (digits.ljust(point, '0') if len(digits) <= point else digits[:point] + '.' + digits[point:])
    if -6 < point <= 0:
        return sign + '0.' + '0' * -point + digits
    return f"{sign}{digits[0]}{'.' + digits[1:] if digits[1:] else ''}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def parse(data, path):
    try:
        value = json.loads(data.decode('utf-8'))
        right = canonical(value).encode() == data and unicodedata.normalize('NFC', data.decode()) == data.decode()
    except (ValueError, RecursionError, OverflowError):
        right = False
    need(right, 'FILE_INVALID', f'{path} is not canonical JSON')
    return value


# ---- Ed25519 verification (RFC 8032) --------------------------------------------------------------------------------

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def decode_point(data):
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        raise ValueError
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError
    return (P - x if x & 1 != sign else x, y)


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1] % P
    return ((a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P) % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P)


def multiply(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, 'little'))


def ed25519(key, message, signature):
    try:
        r, a, s = decode_point(signature[:32]), decode_point(key), int.from_bytes(signature[32:], 'little')
    except ValueError:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % L
    return len(signature) == 64 and s < L and multiply(s, BASE) == add(r, multiply(h, a))


# ---- the package ------------------------------------------------------------------------------------------------------

def read_zip(data):
    """Reads the directory from the exact end, and demands every header to be what the format prescribes."""
    need(len(data) > 22 and data[-22:-18] == b'PK\5\6', 'PACKAGE_INVALID', 'it does not end like a package')
    count, size, at = struct.unpack('<HII', data[-12:-2])
    need(at + size + 22 == len(data), 'PACKAGE_INVALID', 'there are bytes beside the directory')
    entries, offset, where, expected = {}, 0, at, b''
    for _ in range(count):
        need(data[where:where + 4] == b'PK\1\2', 'PACKAGE_INVALID', 'the directory is damaged')
        crc, length = struct.unpack('<I4xI', data[where + 16:where + 28])
        name = data[where + 46:where + 46 + struct.unpack('<H', data[where + 28:where + 30])[0]]
        path = name.decode('latin-1')
        need(PATH.fullmatch(path) and path not in entries, 'PACKAGE_INVALID', 'a file name is not allowed or is there twice')
        common = struct.pack('<HHHHIIIH', 0, 0, 0, 0x21, crc, length, length, len(name)) + b'\0\0'
        header = b'PK\3\4' + struct.pack('<H', 20) + common + name
        need(data[offset:offset + len(header)] == header, 'PACKAGE_INVALID', f'the header of {path} says something else')
        expected += b'PK\1\2' + struct.pack('<HH', 20, 20) + common + b'\0' * 10 + struct.pack('<I', offset) + name
        start = offset + len(header)
        entries[path] = data[start:start + length]
        need(zlib.crc32(entries[path]) == crc, 'FILE_CRC_MISMATCH', path)
        offset, where = start + length, where + 46 + len(name)
    end = struct.pack('<IHHHHIIH', 0x06054B50, 0, 0, count, count, len(expected), offset, 0)
    need(data[offset:] == expected + end, 'PACKAGE_INVALID', 'the directory differs from what the entries imply')
    return entries


def check_integrity(entries):
    need(list(entries)[:1] == ['mimetype'] and entries['mimetype'].decode('latin-1') in TYPES, 'PACKAGE_INVALID', 'it is of another kind')
    need('dossier.json' in entries, 'FILE_MISSING', 'dossier.json')
    manifest = parse(entries['dossier.json'], 'dossier.json')
    need(isinstance(manifest, dict) and manifest.get('format') == 'https://onceform.dev/dossier/1', 'MANIFEST_INVALID', 'unknown format')
    listed = {file['path']: file for file in manifest['files']}
    for path in LISTS + list(listed):
        need(path in entries, 'FILE_MISSING', path)
    for path in entries:
        need(path in LISTS or path in listed or path.startswith('META-INF/'), 'FILE_UNLISTED', path)
    for path, file in listed.items():
        need(len(entries[path]) == file['size'], 'FILE_SIZE_MISMATCH', path)
        need(digest(entries[path]) == file['sha256'], 'FILE_DIGEST_MISMATCH', path)
    payload = [listed[path] for path in sorted(listed) if path.startswith('data/')]
    lists = {
        'bagit.txt': 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
        'bag-info.txt': f"Bagging-Date: {manifest['created'][:10]}\nExternal-Identifier: {manifest['id']}\n"
                        f"Payload-Oxum: {sum(file['size'] for file in payload)}.{len(payload)}\n"
                        f"Bag-Software-Agent: {manifest['generator']['name']} {manifest['generator']['version']}\n",
        'manifest-sha256.txt': ''.join(f"{file['sha256']}  {file['path']}\n" for file in payload),
    }
    tags = ['dossier.json', 'mimetype', *lists, *(path for path in listed if not path.startswith('data/'))]
    lists['tagmanifest-sha256.txt'] = ''.join(f'{digest(entries[path])}  {path}\n' for path in sorted(tags))
    for path, text in lists.items():
        need(entries[path] == text.encode(), 'LIST_MISMATCH', path)
    say('ok', 'FILES_UNCHANGED', f'{len(listed)} files and all lists agree with the manifest')
    return manifest


def check_form(entries, manifest):
    parts = {name: entries[f'data/{file}.json'].decode() for name, file in [('dataSchema', 'schema'), ('definition', 'definition'), ('rules', 'rules')]}
    text = '{' + ','.join(f'"{name}":{parts[name]}' for name in sorted(parts)) + '}'
    need(digest(text) == manifest['form']['digest'], 'FORM_DIGEST_MISMATCH', 'definition, schema and rules are of another form')
    say('ok', 'FORM_DIGEST_MATCH', f"{manifest['form']['id']} {manifest['form']['version']}")


ABSENT = object()


def at(value, pointer):
    for part in steps(pointer):
        if isinstance(value, list) and re.fullmatch('0|[1-9][0-9]{0,8}', part) and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return ABSENT
    return value


def steps(pointer):
    return [part.replace('~1', '/').replace('~0', '~') for part in pointer.split('/')[1:]]


def same(a, b):
    """As JSON: Python takes 1 and True for equal."""
    return ABSENT not in (a, b) and canonical(a) == canonical(b)


def open_seal(entries, keys):
    """The payload of the seal, checked when there are keys; None when there is no seal."""
    if 'data/seal.jws' not in entries:
        return say('note', 'SEAL_NONE', "all answers are the citizen's own statement")
    try:
        header, body, signature = entries['data/seal.jws'].decode('ascii').split('.')
        decode = lambda text: base64.b64decode(text + '=' * (-len(text) % 4), altchars=b'-_', validate=True)
        payload, head = json.loads(decode(body)), json.loads(decode(header))
        key = next((key for key in keys or [] if key.get('kid') == head['kid'] and key.get('crv') == 'Ed25519'), None)
        genuine = keys is None or (head['alg'] == 'EdDSA' and key is not None and ed25519(decode(key['x']), f'{header}.{body}'.encode(), decode(signature)))
    except (ValueError, KeyError):
        genuine = False
    need(genuine, 'SEAL_INVALID', 'the seal is not genuine')
    need(keeps_people_apart(payload), 'SEAL_INVALID', 'the seal mixes the answers of several people')
    say('NOT CHECKED' if keys is None else 'ok', 'SEAL' if keys is None else 'SEAL_VALID', payload['iss'])
    return payload


def keeps_people_apart(seal):
    parts = [(pointer, part) for part in seal.get('parts', []) for pointer in part['pointers']]
    holds = lambda outer, inner: inner == outer or inner.startswith(outer + '/')
    right = not any(holds(a, b) for i, (a, _) in enumerate(parts) for j, (b, _) in enumerate(parts) if i != j)
    for item in seal['items']:
        role = next((part['role'] for pointer, part in parts if holds(pointer, item['pointer'])), None)
        right &= item.get('by') == role and (role is None or item['edit'] == 'locked')
    return right and all(part['sub'] != seal['sub'] for _, part in parts)


def check_answers(entries, manifest, seal):
    data, provenance, salts = (parse(entries[f'data/{name}.json'], name) for name in ['form', 'provenance', 'salts'])
    sealed = {item['pointer']: item for item in seal['items'] if 'value' in item} if seal else {}
    to = manifest['recipient']
    addressed = (seal['aud'], seal['nonce'], seal['context'].get('receivingAgency')) if seal else (to['audience'], to['nonce'], None)
    if addressed != (to['audience'], to['nonce'], to.get('receivingAgency')):
        say('FAILED', 'SEAL_RECIPIENT_MISMATCH', 'the seal is for another receiver')
    if seal:
        if seal['form']['digest'] != manifest['form']['digest']:
            say('FAILED', 'SEAL_FORM_MISMATCH', 'the seal is for another form')
        if not same(data.get('$context', ABSENT), seal['context']):
            say('FAILED', 'CONTEXT_CHANGED', '$context')
        for part in seal.get('parts', []):
            confirmed = digest(canonical(part_of(data, part['pointers']))) == part['digest']
            say('ok' if confirmed else 'FAILED', 'PART_CONFIRMED' if confirmed else 'PART_CHANGED', part['role'])
    for pointer, item in sealed.items():
        value = at(data, pointer)
        if item['edit'] == 'locked' and value is not ABSENT and not same(value, item['value']):
            say('FAILED', 'LOCKED_VALUE_CHANGED', pointer)
    for pointer, entry in provenance['answers'].items():
        value, official = at(data, pointer), sealed.get(pointer)
        origin = None if official is None else 'manual' if typed(official) else 'auto' if same(value, official['value']) else 'override'
        right = value is not ABSENT and digest(salts.get(pointer, '') + canonical(value)) == entry['digest']
        if not right or (origin or entry['origin']) != entry['origin'] or (origin is None and entry['origin'] in ('auto', 'override')):
            say('FAILED', 'PROVENANCE_MISMATCH', pointer)
    for pointer in leaves(data, '', set(sealed)):
        if pointer not in provenance['answers']:
            say('FAILED', 'PROVENANCE_MISMATCH', pointer)
    files = {file['path']: file for file in manifest['files']}
    reviewed = [{**{name: value for name, value in component.items() if name != 'title'}, 'files': [
        {'name': files[path].get('name', ''), **{name: files[path][name] for name in ('sha256', 'size', 'type')}} for path in component['files']]}
        for component in manifest['components']]
    text = '{"components":' + canonical(reviewed) + ',"data":' + entries['data/form.json'].decode() + ',"form":"' + manifest['form']['digest'] + '"}'
    if digest(text) != manifest['reviewDigest']:
        say('FAILED', 'REVIEW_MISMATCH', 'what is filed is not what was reviewed')
    elif not failures:
        say('ok', 'PROVENANCE_MATCH', f"{len(provenance['answers'])} answers")


def typed(item):
    """What a co-declarant typed is sealed, and official in nothing."""
    return 'by' in item and item['source']['kind'] == 'self-declared'


def part_of(data, pointers):
    """What lies at the pointers, in its place: the part of the form that a co-declarant confirmed."""
    part = {}
    for pointer in pointers:
        value, inner = at(data, pointer), part
        if value is ABSENT:
            continue
        *path, last = steps(pointer)
        for step in path:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return part


def leaves(value, pointer, stops):
    if pointer == '/$context':
        return
    if pointer not in stops and isinstance(value, (dict, list)) and value:
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(member, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}", stops)
    elif pointer:
        yield pointer


def check_redacted(entries, manifest):
    original = parse(entries['original/dossier.json'], 'original/dossier.json')
    shown, provenance, salts = (parse(entries[f'data/{name}.json'], name) for name in ['shown', 'provenance', 'salts'])
    own = {file['path']: file for file in original['files']}
    digests = {pointer: entry['digest'] for pointer, entry in provenance['answers'].items()}
    digests.update({'/$context': provenance['context']['digest']} if 'context' in provenance else {})
    right = all(manifest.get(name) == original.get(name) for name in ['id', 'created', 'form', 'recipient', 'submitter', 'reviewDigest'])
    right &= all(file['role'] in ('shown', 'salts', 'original') or own.get(file['path']) == file for file in manifest['files'])
    right &= all(digest(salts.get(pointer, '') + canonical(value)) == digests.get(pointer) for pointer, value in shown.items())
    right &= sorted(set(digests) - set(shown)) == manifest['redacted']['withheld'] and set(salts) == set(shown)
    need(right, 'REDACTED_MISMATCH', 'what is shown is not what the original manifest vouches for')
    say('note', 'REDACTED', f"{len(shown)} answers shown, {len(manifest['redacted']['withheld'])} withheld")


def main(arguments):
    keys = None
    if '--keys' in arguments:
        where = arguments.index('--keys')
        with open(arguments[where + 1], encoding='utf-8') as file:
            keys = json.load(file)['keys']
        del arguments[where:where + 2]
    if len(arguments) != 1:
        print(__doc__)
        return 2
    with open(arguments[0], 'rb') as file:
        data = file.read()
    try:
        entries = read_zip(data)
        manifest = check_integrity(entries)
        for path in entries:
            if path.endswith('.json') and path.startswith('data/') and re.fullmatch(r'data/[a-z]+\.json', path):
                parse(entries[path], path)
        check_form(entries, manifest)
        if 'redacted' in manifest:
            check_redacted(entries, manifest)
        else:
            check_answers(entries, manifest, open_seal(entries, keys))
        for what in ['schema and rules', 'receiver and time', *(['signatures'] if any(path.endswith('.p7s') for path in entries) else [])]:
            say('NOT CHECKED', what.upper().replace(' ', '_'), what)
    except Refused:
        pass
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
