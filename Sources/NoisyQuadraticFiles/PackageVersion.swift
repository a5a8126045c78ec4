/// The version of this package.
public enum PackageVersion {
  /// As programs print it and files state it.
  public static let current = "0.1.0"
}
