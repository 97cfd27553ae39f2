"""Work a buyer posts: written, approved, published, talked about, and ended."""
