// @onceform/store/metrics: counting what citizens are spared. A table of contents.

export {
  measureFiling,
  type AnswersKept,
  type ComponentFact,
  type ConsentEvent,
  type DisputeEvent,
  type DossierReturned,
  type FieldFact,
  type FiledForm,
  type FormFiled,
  type LogView,
  type OfficerDecision,
  type ReuseEvent,
  type SourceCall,
  type TamperEvent,
} from './events.ts';
export {
  reuseMetrics,
  reuseMetricsOf,
  type Cell,
  type CostModel,
  type Index,
  type ReuseMetrics,
  type ReuseMetricsOptions,
} from './indices.ts';
export { tallyReuse, type ReuseTally } from './tally.ts';
