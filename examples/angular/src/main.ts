// Registers the elements first, so that they stand when Angular draws, then starts the page.

import '@onceform/elements/register';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app';

bootstrapApplication(App).catch(error => console.error(error));
