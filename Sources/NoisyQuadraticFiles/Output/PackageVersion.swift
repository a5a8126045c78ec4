/// The version of this package.
public enum PackageVersion {
  /// The version that programs print and files contain.
  public static let current = "0.1.0"
}
