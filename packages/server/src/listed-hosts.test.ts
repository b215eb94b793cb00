import { describe, expect, it } from 'vitest';
import { requireListed } from './listed-hosts.ts';

describe('what we call by ourselves', () => {
  const hosts = ['hook.example', 'hook.example:8443', 'localhost:9000', '10.0.0.5'];
  it.each(['https://hook.example/x', 'https://hook.example:8443/x', 'http://localhost:9000/x', 'https://10.0.0.5/'])(
    'goes to %s, which is listed',
    address => expect(() => requireListed('a hook', address, hosts)).not.toThrow(),
  );
  it.each([
    ['https://elsewhere.example/', /not a listed host/],
    ['https://hook.example.elsewhere.example/', /not a listed host/],
    ['https://hook.example@elsewhere.example/', /not a listed host/],
    ['https://elsewhere.example#@hook.example/', /not a listed host/],
    ['https://hook.example:8444/', /not a listed host/],
    ['https://169.254.169.254/latest/meta-data', /not a listed host/],
    ['https://[::ffff:169.254.169.254]/', /not a listed host/],
    ['https://2852039166/', /not a listed host/],
    ['http://hook.example/', /https/],
    ['http://10.0.0.5/', /https/],
    ['ftp://hook.example/', /https/],
    ['https://user:secret@hook.example/', /password/],
  ])('does not go to %s', (address, why) => {
    expect(() => requireListed('a hook', address, hosts)).toThrow(why);
  });
});
