// The widgets that every form has. Order decides between equal ranks: the later one wins.

import type { Widget } from '../widget.ts';
import { comboboxWidget } from './combobox.ts';
import { dateWidget } from './date.ts';
import { fileWidget } from './file.ts';
import { checkboxesWidget, checkboxWidget, radiosWidget, selectWidget, yesNoWidget } from './options.ts';
import { outputWidget } from './output.ts';
import { longTextWidget, textWidget, timeWidget } from './text.ts';

export const standardWidgets: readonly Widget[] = [
  textWidget,
  longTextWidget,
  timeWidget,
  dateWidget,
  radiosWidget,
  selectWidget,
  checkboxesWidget,
  yesNoWidget,
  checkboxWidget,
  comboboxWidget,
  fileWidget,
  outputWidget,
];
