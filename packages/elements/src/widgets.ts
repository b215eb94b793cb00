// `@onceform/elements/widgets`: what a widget of one's own is made with, without the elements around it.

export type { Control } from './control.ts';
export { liveText } from './live-text.ts';
export { domId, titleOf, type View } from './view.ts';
export { registerWidget, type RenderControl, type Tester, type Widget } from './widget.ts';
