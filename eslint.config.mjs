import lit from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

// Laws a machine can see. Anything here that looks strange has a line in docs/design or a decision record.
const browserLaws = [
  {
    selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
    message: 'No HTML from strings (law 2): render with a template.',
  },
  {
    selector: 'ImportSpecifier[imported.name=/^(unsafeHTML|unsafeSVG|unsafeStatic|styleMap)$/]',
    message: 'No HTML or style from strings (law 2).',
  },
  { selector: "NewExpression[callee.name='Function']", message: 'No code from strings (law 2).' },
  {
    selector: 'TaggedTemplateExpression[tag.name=/^(html|svg)$/] TemplateElement[value.raw=/\\sstyle=/]',
    message: 'No inline style (law 2): use a class.',
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'test-results/**',
      'coverage/**',
      '**/.onceform/**',
      'examples/*/public/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['packages/{core,store,dossier,elements,vn}/src/**/*.ts', 'examples/*/web/**'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...browserLaws], 'no-console': ['error', { allow: ['warn', 'error'] }] },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'window',
        'document',
        'self',
        'fetch',
        'navigator',
        'localStorage',
        'indexedDB',
        'location',
      ],
    },
  },
  { files: ['packages/elements/src/**/*.ts'], ...lit.configs['flat/recommended'] },
);
