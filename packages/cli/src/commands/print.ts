// onceform print: the official form of a package that verifies, as PDF or as a page.

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Json, JsonObject } from '@onceform/core';
import { UsageError, type Command } from '../command.ts';
import { readPack } from '../definitions.ts';
import { languageOf, openFile, printFindings, verifyFlags, verifyHelp, verifyWith } from '../dossier-file.ts';

const HELP = `Usage: onceform print FILE --out FILE.pdf|FILE.html

${verifyHelp}
  --out FILE        the ending chooses the kind; must not exist yet
  --retrieved       print also what the paper leaves empty where a personal number was given
`;

export const print: Command = {
  name: 'print',
  summary: 'Print the form of a dossier package as PDF or HTML',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [file, ...more],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...verifyFlags,
        out: { type: 'string' },
        retrieved: { type: 'boolean' },
      },
    });
    const { out } = values;
    if (file === undefined || more.length > 0 || out === undefined || !/\.(?:pdf|html)$/.test(out))
      throw new UsageError('Give one package, and --out FILE.pdf or FILE.html.');
    const {
      ok,
      findings,
      manifest,
      data,
      origins,
      package: reader,
    } = await verifyWith(await openFile(file, io), values, io);
    if (!ok || manifest === null || data === null || origins === null || reader === null) {
      const shown = findings.filter(({ status }) => status === 'failed');
      if (shown.length === 0) throw new UsageError('A redacted copy is shown, not printed: onceform show.');
      printFindings(shown, languageOf(values.lang, io), io);
      return 1;
    }
    const json = async (path: string): Promise<Json | undefined> =>
      reader.entries.has(path) ? (JSON.parse(await reader.content(path).text()) as Json) : undefined;
    const source = {
      manifest,
      data,
      origins,
      documents: { definition: (await json('data/definition.json')) as JsonObject },
      texts: await json('data/texts.json'),
    };
    const letterhead = (await readPack(values.pack, io))?.letterhead ?? [];
    const { copyInputOf, humanCopy, renderHtml } = await import('@onceform/dossier/html');
    const copy = humanCopy({ ...copyInputOf(source, letterhead), printRetrieved: values.retrieved === true });
    if (out.endsWith('.html')) {
      await writeFile(resolve(io.cwd, out), await renderHtml(copy), { flag: 'wx' });
    } else {
      const { renderPdf } = await import('@onceform/dossier/pdf');
      await writeFile(
        resolve(io.cwd, out),
        await renderPdf(
          copy,
          {
            regular: await font('400Regular'),
            bold: await font('700Bold'),
            italic: await font('400Regular_Italic'),
            profile: await colourProfile(),
          },
          new Date(manifest.created),
        ),
        { flag: 'wx' },
      );
    }
    io.stdout.write(`${out}\n`);
    return 0;
  },
};

/** Tinos: the widths of Times New Roman, every Vietnamese letter, free to ship. */
async function font(style: string): Promise<Uint8Array> {
  return new Uint8Array(
    await readFile(createRequire(import.meta.url).resolve(`@expo-google-fonts/tinos/${style}/Tinos_${style}.ttf`)),
  );
}

/** The sRGB profile that comes with the PDF library: with it the file is PDF/A-1b. */
async function colourProfile(): Promise<Uint8Array> {
  const library = createRequire(import.meta.resolve('@onceform/dossier/pdf')).resolve('pdfkit');
  return new Uint8Array(await readFile(join(dirname(library), 'data', 'sRGB_IEC61966_2_1.icc')));
}
