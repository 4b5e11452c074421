"""Reading n8n's own database: opening it safely, decoding it, knowing what counts as business."""
