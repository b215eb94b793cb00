// A React page around a form: it switches the language, takes the form away and brings it back, and hears what happens.

import { openDraftStore } from '@onceform/elements/drafts';
import { createPortalClient } from '@onceform/store/client';
import { useState } from 'react';

// Objects made once: another client would open the form anew.
const client = createPortalClient();
const drafts = openDraftStore();

export function App() {
  const [locale, setLocale] = useState('en');
  const [open, setOpen] = useState(true);
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  return (
    <>
      <nav>
        <button type="button" onClick={() => setLocale(locale === 'en' ? 'vi' : 'en')}>
          Other language
        </button>
        <button type="button" onClick={() => setOpen(!open)}>
          {open ? 'Close the form' : 'Open the form'}
        </button>
      </nav>
      <p role="status">{code !== '' ? `Filed as ${code}` : name !== '' ? `A card for ${name}` : 'Nobody yet'}</p>
      {open && (
        <once-form
          src="/api/forms/library-card"
          locale={locale}
          client={client}
          drafts={drafts}
          ononce-change={({ detail }) => setName((detail.data as { name?: string }).name ?? '')}
          ononce-submit={({ detail }) => setCode(detail.receipt?.code ?? '')}
        />
      )}
    </>
  );
}
