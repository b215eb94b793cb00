// @onceform/compiler: from a definition to a compiled form, its modules, types, lint and diff. A table of contents.

export { compileForm } from './compile.ts';
export { type CompileOptions, type Plan, planForm } from './plan.ts';
export { DEFAULT_LIMITS, type Limits } from './load.ts';
export { emitModule, type EmitOptions, type EmittedForm } from './emit.ts';
export { validateAgainst } from './validators.ts';
export { typesOf } from './types.ts';
export { parseMarkdown } from './texts.ts';
export { applyFixes, type LintFinding, type LintFix, lintForm, type LintOptions, placeInText } from './lint.ts';
export {
  type ChangeLevel,
  diffForms,
  type DraftMigration,
  type FormChange,
  type FormDiff,
  migrateData,
  type MigrationStep,
} from './diff.ts';
export {
  draftFromProcedure,
  type DraftOptions,
  procedureCode,
  type ProcedureDraft,
  type ProcedureRecord,
  type RecordField,
} from './draft-from-procedure.ts';
