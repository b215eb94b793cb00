// Every command, in the order `onceform --help` lists them. A new one is a file here and a line below.

import type { Command } from '../command.ts';
import { compile } from './compile.ts';

export const commands: readonly Command[] = [compile];
