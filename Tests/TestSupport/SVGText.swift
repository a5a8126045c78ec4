import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The texts of a picture, as an XML parser reads them.
package final class SVGText: NSObject, XMLParserDelegate {
  /// The first title; that of the document.
  package private(set) var title: String?
  /// What is drawn, one string for every text, without the invisible characters.
  package private(set) var drawn: [String] = []
  private var text: String?

  /// - Throws: the parser's error if the document is not well-formed.
  package init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.propertyListReadCorrupt) }
  }

  package func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if name == "text" || name == "title" { text = "" }
  }

  package func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

  package func parser(_ parser: XMLParser, foundCDATA data: Data) {
    text? += String(decoding: data, as: UTF8.self)
  }

  package func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let found = text else { return }
    if name == "title", title == nil { title = found }
    if name == "text" {
      drawn.append(
        found.replacing("\u{200b}", with: "").trimmingCharacters(in: .whitespacesAndNewlines))
    }
    if name == "text" || name == "title" { text = nil }
  }
}
