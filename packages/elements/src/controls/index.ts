// The widgets that every form has. Order decides between equal ranks: the later one wins.

import type { Widget } from '../widget.ts';
import { dateWidget } from './date.ts';
import { comboboxWidget, fileWidget } from './late.ts';
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
