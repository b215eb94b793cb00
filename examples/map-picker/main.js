// The page: the widget first, then the elements, then the form opens.

import './map-picker.js';
import '@onceform/elements/register';
import { createPortalClient } from '@onceform/store/client';

document.querySelector('once-form').client = createPortalClient();
