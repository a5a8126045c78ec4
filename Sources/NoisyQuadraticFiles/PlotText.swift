import Foundation

/// Text for a picture: as a literal of a gnuplot script, and short enough for the room there is.
package enum PlotText {
  /// A string literal that gnuplot draws as it stands, backslashes, quotes and braces included, where text is
  /// marked `noenhanced`.
  package static func quoted(_ text: String) -> String {
    // Gnuplot puts text into a CDATA section of an SVG, which the first "]]>" would end: an invisible
    // character keeps that apart.
    let drawn = text.onOneLine.replacing("]]>", with: "]]\u{200b}>")
    // Nothing means anything between single quotes but they themselves; doubled, as gnuplot has it, they
    // confuse it at a string's ends and in a row.
    return "'" + drawn.replacing("'", with: "'.\"'\".'") + "'"
  }

  /// A number in a few significant digits, with a power of ten where it is very large or small; without markup.
  package static func number(_ value: Double, digits: Int) -> String {
    // Not a number is what overflowing terms of both signs leave.
    guard value.isFinite else { return value < 0 ? "-∞" : "∞" }
    let parts = value.significant(digits).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else {
      return value.significant(digits)
    }
    var mantissa = parts[0]
    while mantissa.hasSuffix("0") { mantissa.removeLast() }
    if mantissa.hasSuffix(".") { mantissa.removeLast() }
    let power = "10" + String(String(exponent).map { superscripts[$0] ?? $0 })
    return mantissa == "1" ? power : "\(mantissa)×\(power)"
  }

  /// So many steps.
  package static func steps(_ count: Int) -> String { "\(count) step\(count == 1 ? "" : "s")" }

  private static let superscripts: [Character: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹",
  ]

  /// Text for the content of an XML element.
  static func xml(_ text: String) -> String {
    text.onOneLine.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// About how wide text is, in units of its font's size: rather too wide than too narrow.
  package static func width(_ text: some StringProtocol) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar {
    case " ", "!", "'", "(", ")", ",", ".", "/", ":", ";", "I", "[", "\\", "]", "f", "i", "j", "l", "r", "t",
      "|":
      return 0.36
    case "@", "%", "M", "W", "m", "w": return 0.95
    case "A"..."Z", "&": return 0.76
    default: return scalar.value < 0x1100 ? 0.6 : 1.1
    }
  }

  /// Text that is no wider than `width`, with an ellipsis in place of its middle if it has to be.
  package static func shortened(_ text: String, toWidth width: Double) -> String {
    guard Self.width(text) > width else { return text }
    let characters = text.map { (character: $0, width: Self.width(String($0))) }
    var (head, tail) = (0, characters.count)
    var (left, right) = (0.0, 0.0)
    let room = (width - Self.width("…")) / 2
    while head < tail, left + characters[head].width <= room {
      left += characters[head].width
      head += 1
    }
    while tail > head, right + characters[tail - 1].width <= room {
      right += characters[tail - 1].width
      tail -= 1
    }
    func string(_ part: ArraySlice<(character: Character, width: Double)>) -> String {
      String(part.map(\.character))
    }
    return string(characters[..<head]) + "…" + string(characters[tail...])
  }

  /// Text in lines no wider than `width`, broken between words.
  package static func wrapped(_ text: String, toWidth width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, Self.width(last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(shortened(String(word), toWidth: width))
      }
    }
    return lines
  }
}
