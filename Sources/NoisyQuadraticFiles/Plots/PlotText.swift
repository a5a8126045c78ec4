import Foundation

/// Text for a picture, as a literal of a gnuplot script and short enough for the available room.
package enum PlotText {
  /// Returns a string literal that gnuplot draws verbatim, including backslashes, quotes and braces, if the
  /// text is marked `noenhanced`.
  package static func quoted(_ text: String) -> String {
    // Gnuplot puts text into a CDATA section of an SVG, which the first "]]>" would end. An invisible
    // character splits that sequence.
    let drawn = text.onOneLine.replacing("]]>", with: "]]\u{200b}>")
    // Between single quotes, only the single quote itself is special. Gnuplot accepts a doubled quote, but
    // misreads it at the ends of a string and in a row.
    return "'" + drawn.replacing("'", with: "'.\"'\".'") + "'"
  }

  /// Returns a number with a few significant digits and without markup. Very large or small numbers get a
  /// power of ten.
  package static func number(_ value: Double, digits: Int) -> String {
    // NaN results from overflowing terms of both signs.
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

  /// Returns a number of steps in words.
  package static func steps(_ count: Int) -> String { "\(count) step\(count == 1 ? "" : "s")" }

  private static let superscripts: [Character: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹",
  ]

  /// Escapes text for the content of an XML element.
  static func xml(_ text: String) -> String {
    text.onOneLine.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// Returns an estimate of the text's width in units of its font size. The estimate is rather too wide than
  /// too narrow.
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

  /// Shortens text to at most `width`. If necessary, an ellipsis replaces its middle.
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

  /// Splits text into lines no wider than `width`, with breaks between words.
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
