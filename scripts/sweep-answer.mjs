/** README.md's paragraph about the shipped sweep: between two marks stands what the results say, in their own words. */
const BETWEEN = /(<!-- sweep-answer -->\n)[\s\S]*?(<!-- sweep-answer: end -->)/;

/** @throws Error where README.md has no such place */
export function withAnswer(readme, results) {
  if (!BETWEEN.test(readme)) throw new Error('README.md has no place for the answer of the sweep');
  return readme.replace(BETWEEN, (_, begin, end) => `${begin}${answerText(results)}${end}`);
}

/** What was asked, with how many runs, and the answer, with intervals. */
export function answerText({ question, answer, runs, candidates, seeds }) {
  const asked = `> ${question} (${runs} runs of ${candidates.length - 1} candidates and the baseline, ${seeds.first} to ${seeds.most} seeds)`;
  return `${asked}\n>\n${answer.map((line) => `> - ${line}\n`).join('')}`;
}
