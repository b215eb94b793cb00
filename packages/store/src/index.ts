// @onceform/store
export {};
