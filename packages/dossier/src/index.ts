// @onceform/dossier
export {};
