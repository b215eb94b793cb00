// @onceform/store/testing: what proves a source, and sources that lie. A table of contents.

export { sourceConformance, queryFor, type ConformanceCase, type ConformanceFixture } from './conformance.ts';
export { documentConformance } from './document-conformance.ts';
export { journalConformance, type JournalFixture } from './journal-conformance.ts';
export { LIES, lyingSource, type Lie, type LyingOptions } from './lying-source.ts';
