// Starts the page: gives the elements their names first, so that React sees their properties, then draws.

import '@onceform/elements/register';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
