/** Markdown for the tests: every construct of the dialect, with the odd cases of each. */
export const SAMPLE = `# Title

A paragraph with **bold**, \`code\` and a [link][ref].
Second line
of it.

Setext
======

- one
- two

  still two
    - nested

1. first

2. second
   \`\`\`js
   let x = 1;
   \`\`\`

> quoted
> - list
lazy

| a | b |
|---|:-:|
| 1 | 2 |

\`\`\`rust
fn main() {}

// blank line above
\`\`\`

***

[ref]: https://example.org "Title"

<div>not html</div>

Last line\r
with a carriage return`;
