// @onceform/compiler
export {};
