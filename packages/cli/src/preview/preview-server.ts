// A form that is being written, shown while it is written: each time the file is saved it is compiled, linted and tested
// anew, and pages that show it are told. What does not compile leaves the form before it standing.

import { readFile } from 'node:fs/promises';
import { lintForm, type LintFinding } from '@onceform/compiler';
import {
  type CountryPack,
  isJsonObject,
  type Json,
  type JsonObject,
  type LocalizedText,
  OnceFormError,
} from '@onceform/core';
import type { FormTest } from '@onceform/core/form-test';
import { createKeys, serve, type Portal, type RegisteredForm } from '@onceform/server';
import { DefinitionError, type DefinitionFile, planFile } from '../definitions.ts';
import { readTests, runTestsOf } from '../form-tests.ts';
import type { SimulatedSources } from '../prefill-port.ts';
import { openPreviewPortal } from './preview-portal.ts';

/** What a page shows around the form, and at `GET /preview/state`. */
export interface PreviewState {
  /** As the command was given it. */
  readonly file: string;
  /** Another one whenever there is another form to show. */
  readonly edition: number;
  readonly form: { readonly slug: string; readonly title: LocalizedText; readonly languages: readonly string[] };
  /** The country pack, by its id. */
  readonly pack: string;
  /** Why what stands in the file now is not what is shown; null: it is. */
  readonly trouble: {
    /** In the definition; null: it is not there. */
    readonly place: { readonly line: number; readonly column: number } | null;
    readonly message: string;
  } | null;
  readonly findings: readonly LintFinding[];
  readonly tests: readonly PreviewTest[];
  readonly people: readonly { readonly slug: string; readonly name: string; readonly about: LocalizedText }[];
}

export interface PreviewTest {
  readonly name: string;
  readonly ok: boolean;
  /** What was expected and did not come, in sentences. */
  readonly failures: readonly string[];
  /** What it types, for a page to begin with. */
  readonly answers: JsonObject;
  readonly persona: string | null;
}

export interface PreviewOptions {
  readonly file: DefinitionFile;
  readonly pack: CountryPack;
  readonly sources: SimulatedSources | null;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: () => Date;
  readonly onError: (error: unknown) => void;
}

export interface Preview {
  readonly url: string;
  readonly state: PreviewState;
  /** Reads the file again; told to the pages. Never throws for what stands in it. */
  refresh(): Promise<PreviewState>;
  close(): Promise<void>;
}

/** Names of this machine: another one would be a page elsewhere that had its name point here. */
const HERE = new Set(['localhost', '127.0.0.1', '[::1]']);

/** @throws {DefinitionError} when the definition does not compile; the system's error when the port is taken. */
export async function startPreview(options: PreviewOptions): Promise<Preview> {
  const { pack, sources, clock, onError } = options;
  const keys = await createKeys();
  const pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  let portal: Portal | undefined,
    state: PreviewState,
    first: Promise<PreviewState> | undefined,
    turn: Promise<unknown> = Promise.resolve();

  const listener = await serve(
    {
      fetch: async (request, env, context) => {
        const { hostname, pathname } = new URL(request.url);
        if (!HERE.has(hostname)) return new Response('This preview is for this machine.', { status: 421 });
        await first;
        if (pathname === '/preview/state') return Response.json(state, { headers: { 'cache-control': 'no-store' } });
        if (pathname === '/preview/changes') return changes();
        return portal!.app.fetch(request, env, context);
      },
    },
    { port: options.port, hostname: '127.0.0.1' },
  );
  const url = `http://localhost:${listener.port}`;

  async function look(file: DefinitionFile, edition: number): Promise<PreviewState> {
    const plan = await planFile(file, pack);
    // All that may fail comes first: until then the portal before is the one that answers.
    const findings = await lintForm(file.text, { pack });
    const tests = await testsOf(file);
    const next = await openPreviewPortal({
      definition: file,
      pack,
      sources,
      origin: url,
      keys,
      clock,
      onError,
    });
    const form = next.registry.byDigest(plan.digest)!;
    if (!next.registry.offered(next.today()).includes(form)) {
      await next.close();
      throw new OnceFormError('ERR_FORM_UNKNOWN', notInForce(form, next.today()));
    }
    const before = portal;
    portal = next;
    await before?.close();
    const { slug, title } = form.info;
    return {
      file: file.name,
      edition,
      form: { slug, title, languages: plan.locales },
      pack: pack.id,
      trouble: null,
      findings,
      tests,
      people: (sources?.personas ?? []).map(({ slug, name, about }) => ({ slug, name, about })),
    };
  }

  async function testsOf(file: DefinitionFile): Promise<PreviewTest[]> {
    const [suite, report] = [await readTests(file.path), await runTestsOf(file, pack, sources)];
    return (report?.results ?? []).map(({ name, ok, error, failures }, i) => ({
      name,
      ok,
      failures: [
        ...(error === undefined ? [] : [error]),
        ...failures.map(
          ({ at, what, expected, actual }) =>
            `${at}: ${what}: ${JSON.stringify(expected) ?? 'nothing'} ≠ ${JSON.stringify(actual) ?? 'nothing'}`,
        ),
      ],
      answers: answersOf(suite!.tests[i]!),
      persona: suite!.tests[i]!.persona ?? null,
    }));
  }

  async function again(): Promise<PreviewState> {
    try {
      const text = await readFile(options.file.path, 'utf8');
      state = await look({ ...options.file, text }, state.edition + 1);
    } catch (error) {
      const place = error instanceof DefinitionError ? { line: error.line, column: error.column } : null;
      state = { ...state, trouble: { place, message: messageOf(error) } };
    }
    for (const page of pages) page.enqueue(told);
    return state;
  }

  /** Server-sent events: one whenever there is another state. */
  function changes(): Response {
    let page: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: controller => void pages.add((page = controller)),
      cancel: () => void pages.delete(page),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
  }

  try {
    state = await (first = look(options.file, 1));
  } catch (error) {
    await listener.close(0);
    throw error;
  }
  return {
    url,
    get state() {
      return state;
    },
    refresh: () => (turn = turn.then(again)) as Promise<PreviewState>,
    async close() {
      await turn;
      for (const page of pages) page.close();
      await listener.close(0);
      await portal?.close();
    },
  };
}

/** Where it is, is said beside it. */
function messageOf(error: unknown): string {
  const said = error instanceof DefinitionError ? error.cause : error;
  return said instanceof Error ? said.message : String(said);
}

function notInForce({ validFrom, validUntil }: RegisteredForm, today: string): string {
  const from = validFrom === undefined ? '' : ` from ${validFrom}`;
  const until = validUntil === undefined ? '' : ` until ${validUntil}`;
  return `The form is in force${from}${until}, not on ${today}. Name another day with --today.`;
}

const told = new TextEncoder().encode('data: changed\n\n');

/** What a test types, from first to last. */
function answersOf({ data = {}, steps = [] }: FormTest): JsonObject {
  let answers: JsonObject = data;
  for (const step of steps) if ('answer' in step) answers = together(answers, step.answer);
  return answers;
}

function together(before: JsonObject, after: JsonObject): JsonObject {
  const over = (old: Json | undefined, given: Json): Json =>
    isJsonObject(old) && isJsonObject(given) ? together(old, given) : given;
  const merged = Object.entries(after).map(([key, value]) => [key, over(before[key], value)] as const);
  return { ...before, ...Object.fromEntries(merged) };
}
