/// A figure and its runs.
struct Result {
  let figure: Figure
  let sample: Sample
}
