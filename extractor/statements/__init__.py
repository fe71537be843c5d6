"""What a unit states: answers, denials, findings in prose, and statements about other specimens."""
