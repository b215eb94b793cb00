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
export { reuseMetrics, type Cell, type CostModel, type Index, type ReuseMetrics } from './indices.ts';
