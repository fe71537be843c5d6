"""What stands on a page without being said of this tumor: options, scales, older values, feet of pages."""
