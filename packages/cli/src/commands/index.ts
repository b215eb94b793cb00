// Every command, in the order `onceform --help` lists them. A new one is a file here and a line below.

import type { Command } from '../command.ts';
import { compile } from './compile.ts';
import { conformance } from './conformance.ts';
import { diff } from './diff.ts';
import { extract } from './extract.ts';
import { lint } from './lint.ts';
import { papers } from './papers.ts';
import { print } from './print.ts';
import { newForm } from './new.ts';
import { preview } from './preview.ts';
import { publish } from './publish.ts';
import { redact } from './redact.ts';
import { show } from './show.ts';
import { sign } from './sign.ts';
import { test } from './test.ts';
import { types } from './types.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  newForm,
  lint,
  test,
  preview,
  compile,
  types,
  papers,
  verify,
  show,
  diff,
  extract,
  redact,
  print,
  sign,
  conformance,
  publish,
];
