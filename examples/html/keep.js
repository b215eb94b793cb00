// Keeps this form for use without a network, on this device, for whoever asks for it.

import { keepForms } from '{path}';

const said = document.querySelector('#said');
document.querySelector('#keep').addEventListener('click', async () => {
  const kept = await keepForms({ worker: '/once-offline.js', list: '/offline.json' });
  said.textContent = kept ? 'Kept: this page opens without a network now.' : 'This browser cannot keep it.';
});
