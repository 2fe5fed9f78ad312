//! Secrets found in text and masked before they reach the disk.
