import tseslint from 'typescript-eslint';

/** Folders whose results must be the same bits on every machine and at every time. */
const DETERMINISTIC = ['src/sim/**/*.ts', 'src/libml/**/*.ts', 'src/workloads/**/*.ts', 'src/policies/**/*.ts'];

/** Math functions whose last bit is left to the implementation by ECMAScript. (sqrt is exact, but a float all the same.) */
const INEXACT_MATH = [
  'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1', 'hypot', 'log', 'log10',
  'log1p', 'log2', 'pow', 'random', 'sin', 'sinh', 'sqrt', 'tan', 'tanh',
];

/** Those that training may not call either: sqrt is exactly rounded in every engine. */
const INEXACT_IN_TRAINING = INEXACT_MATH.filter((name) => name !== 'sqrt');

const SORT_RULE = {
  selector: 'CallExpression[arguments.length=0] > MemberExpression.callee[property.name=/^(sort|toSorted)$/]',
  message: 'sort() without a comparator orders by text.',
};

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './src/report/timeline/client/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An index that is in range is marked with `!`, so that the marks are there should the checker ever ask for them.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-restricted-syntax': ['error', SORT_RULE],
    },
  },
  {
    files: DETERMINISTIC,
    rules: {
      'no-restricted-globals': [
        'error', 'Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'process', 'crypto',
      ],
      'no-restricted-properties': ['error', ...INEXACT_MATH.map((property) => ({ object: 'Math', property }))],
      'no-restricted-syntax': [
        'error',
        SORT_RULE,
        { selector: 'ForInStatement', message: 'The order of for…in is not a thing to build on.' },
        { selector: ':function[async=true]', message: 'Nothing here may wait.' },
        { selector: 'BinaryExpression[operator="**"] > :not(Literal)', message: '** is exact only between literals.' },
      ],
    },
  },
  {
    files: ['src/libml/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...INEXACT_IN_TRAINING.map((property) => ({ object: 'Math', property }))] },
  },
  {
    // Kernel names are the kernel's there.
    files: ['src/sim/kernel/**/*.ts'],
    rules: { '@typescript-eslint/naming-convention': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.{js,mjs}'], extends: [tseslint.configs.disableTypeChecked] },
);
