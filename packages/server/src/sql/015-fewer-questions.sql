-- A filing finds its draft by the nonce it was given.

CREATE INDEX draft_nonce ON draft (nonce);
