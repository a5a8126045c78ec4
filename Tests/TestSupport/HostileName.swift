import NoisyQuadraticFiles

/// Names that mean something to gnuplot, to XML or to a shell, and none of it here.
package enum HostileName {
  /// Swift takes them in no literal.
  package static let noncharacters = String(
    String.UnicodeScalarView([0xfffe, 0xffff, 0x1fffe, 0xfdd0].compactMap { Unicode.Scalar(UInt32($0)) }))

  package static let all = [
    "]]>", "a ]]]]>> b ]]&gt; <![CDATA[ c", "\"quoted\" and 'quoted' ''", "'", "''", "'''q'''", "it's",
    "a & b < c > d &amp;",
    "back\\slash \\n \\\\ at the end \\", "`ls` $(ls) $data @macro %f %%",
    "{/Bold b} _sub ^sup ~over{.5} &{x}",
    "# no comment } { ) (", "two\nlines\r\nand\u{0}\u{7}\u{1b}[2J\u{85}\u{2028}more", "emoji 😀 👩‍👩‍👧 café",
    "no characters " + noncharacters, String(repeating: "W", count: 300),
    String(repeating: "long name \\ & ", count: 22), "", " ", "-", "noenhanced", "title \"x\", 1/0",
  ]
}
