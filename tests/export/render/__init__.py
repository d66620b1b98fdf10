"""Tests of a document as a page and as a PDF."""
