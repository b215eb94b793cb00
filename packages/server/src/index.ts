// @onceform/server
export {};
