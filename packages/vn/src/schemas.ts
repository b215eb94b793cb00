// Parts that every form shares, as schemas definitions may `$ref` by their `$id`.

import type { Json } from '@onceform/core';
import address from './schemas/address.schema.json' with { type: 'json' };
import assistance from './schemas/assistance.schema.json' with { type: 'json' };
import civilStatusFee from './schemas/civil-status-fee.schema.json' with { type: 'json' };
import commitment from './schemas/commitment.schema.json' with { type: 'json' };
import feeExemption from './schemas/fee-exemption.schema.json' with { type: 'json' };
import feeResidence from './schemas/fee-residence.schema.json' with { type: 'json' };
import identityDocument from './schemas/identity-document.schema.json' with { type: 'json' };
import person from './schemas/person.schema.json' with { type: 'json' };
import placeOfBirth from './schemas/place-of-birth.schema.json' with { type: 'json' };
import relation from './schemas/relation.schema.json' with { type: 'json' };

export const schemas: { readonly [id: string]: Json } = Object.fromEntries(
  [
    address,
    assistance,
    civilStatusFee,
    commitment,
    feeExemption,
    feeResidence,
    identityDocument,
    person,
    placeOfBirth,
    relation,
  ].map(schema => [schema.$id, schema as unknown as Json]),
);
