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

/** What the dialect has beyond GitHub's, with the odd cases of each; marked alone reads it otherwise. */
export const RICH_SAMPLE = String.raw`Inline \(a_1 * b_2\) and $x^2$ in *text with $a*b$ in it*, for $5 and $10.

The formula:
\[
\begin{aligned}
  a &= b \\
  + c
\end{aligned}
\]
where \(c\) is small[^c] and $d$ is not.[^big note]

$$
e = mc^2
$$

- item with $$x
- y$$ in it
- and \(n
  + 1\)

> \[
> q
> \]

Not a formula: \[ x

Title $t$
=========

[^c]: Very **small**.
[^d]: Two paragraphs,

  the second of which is indented.
    - with \(l\)

Nothing calls[^d] or[^e].

| $a$ | b[^c] |
|---|---|
| \(|x|\) | $y$ |

\[ unfinished`;
