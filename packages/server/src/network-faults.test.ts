import { expect, it } from 'vitest';
import { networkFaults } from './testing/network-faults.ts';

it('loses nothing and doubles nothing when network calls of every kind break, unheard or with their answer lost', async () => {
  const { calls, runs, failures } = await networkFaults({ every: false });
  expect(failures).toEqual([]);
  expect(runs).toBe(3);
  // All that this server calls by itself. A new kind of call belongs into the journey, and here.
  expect([...calls.keys()].sort()).toEqual([
    'agency POST events',
    'exchange POST token',
    'foreign-portal GET keys',
    'idp GET .well-known',
    'idp GET userinfo',
    'idp POST token',
    'mail',
    'national-portal POST messages',
    'notices POST send',
    'objects DELETE blobs',
    'objects GET packages',
    'objects PUT blobs',
    'objects PUT definitions',
    'objects PUT documents',
    'objects PUT forms',
    'objects PUT packages',
    'objects PUT receipts',
    'payments GET state',
    'payments POST orders',
    'register POST person',
    'register POST report',
    'register POST usage',
    'scanner',
    'status GET list',
  ]);
}, 120_000);
