const modes = ["check", "run", "sketch"] as const;

/**
 * A `ts` code block of a README. The words after `ts` in the fence say what is done with it:
 * nothing: it is type-checked; `run`: it is also executed, and must end with exit code 0; `sketch`: neither.
 */
export interface Example {
  readonly readme: string;
  /** Line of the README on which the code begins. */
  readonly line: number;
  readonly mode: (typeof modes)[number];
  readonly code: string;
  /** What a `text output` block right after a `run` block promises it prints. */
  readonly output?: string;
}

interface Block {
  readonly info: readonly string[];
  readonly line: number;
  readonly text: string;
  /** True when nothing but blank lines stands between this block and the one before. */
  readonly adjoins: boolean;
}

/** The `ts` blocks of a README, in order. An unknown word after `ts` throws: a typo must not skip a check. */
export function examplesOf(readme: string, markdown: string): readonly Example[] {
  const blocks = blocksOf(markdown);
  return blocks.flatMap((block, index) => {
    const [language, ...words] = block.info;
    if (language !== "ts" && language !== "typescript") return [];
    const mode = modes.find((known) => known === (words.join(" ") || "check"));
    if (mode === undefined) {
      throw new Error(
        `${readme}:${block.line - 1} says "${block.info.join(" ")}"; expected "ts", "ts run" or "ts sketch".`,
      );
    }
    const next = blocks[index + 1];
    const promised = mode === "run" && next?.adjoins === true && next.info.join(" ") === "text output";
    const example: Example = { readme, line: block.line, mode, code: block.text };
    return [promised ? { ...example, output: next.text } : example];
  });
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const fence = /^```([^\n`]*)\n([\s\S]*?)^```[^\S\n]*$/gm;
  let end = 0;
  for (const match of markdown.matchAll(fence)) {
    const [whole, info = "", text = ""] = match;
    blocks.push({
      info: info.trim().split(/\s+/),
      line: markdown.slice(0, match.index).split("\n").length + 1,
      text,
      adjoins: markdown.slice(end, match.index).trim() === "",
    });
    end = match.index + whole.length;
  }
  return blocks;
}
