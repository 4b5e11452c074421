"""Reading n8n's own database: opening it safely, decoding what it holds, what counts as business."""
