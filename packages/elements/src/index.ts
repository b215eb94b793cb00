// @onceform/elements
export {};
