// The town's page around the frame: it hears that the form was filed, and asks for another language. It sees no answer.

import { openFrame } from '@onceform/elements/frame';

const status = document.querySelector('[role="status"]');
const frame = openFrame(document.querySelector('iframe'), {
  ready: () => (document.body.dataset.frame = 'ready'),
  submit: ({ code }) => (status.textContent = `Filed as ${code}`),
  error: reason => (status.textContent = `The form does not answer (${reason}).`),
});
document.querySelector('button').addEventListener('click', () => frame.setLocale('vi'));
